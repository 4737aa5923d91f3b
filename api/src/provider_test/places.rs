//! Tests at once: a few of one user, and some more of all, because each asks somebody else's server and
//! may take minutes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leo_protocol::UserId;

use crate::error::ApiError;

/// Tests of one user.
const OF_ONE: usize = 2;
/// Tests of all users of this process.
const OF_ALL: usize = 16;

/// Who has tests under way here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places(Arc<Mutex<HashMap<UserId, usize>>>);

/// A test under way; dropped at its end.
#[derive(Debug)]
pub(crate) struct Place {
    all: Places,
    user: UserId,
}

impl Places {
    /// A place for a test of this user.
    ///
    /// # Errors
    /// When he has as many as he may, or everybody together.
    pub(super) fn take(&self, user: UserId) -> Result<Place, ApiError> {
        let mut taken = self.taken();
        if taken.get(&user).copied().unwrap_or_default() >= OF_ONE {
            return Err(ApiError::TooManyTests);
        }
        if taken.values().sum::<usize>() >= OF_ALL {
            return Err(ApiError::Busy);
        }
        *taken.entry(user).or_default() += 1;
        Ok(Place {
            all: self.clone(),
            user,
        })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.all.taken();
        if let Some(count) = taken.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_leaves_room_for_others_and_gets_his_back() {
        let places = Places::default();
        let (anna, bob) = (UserId::generate(), UserId::generate());
        let held: Vec<_> = (0..OF_ONE).map(|_| places.take(anna).unwrap()).collect();
        assert!(matches!(places.take(anna), Err(ApiError::TooManyTests)));
        let bobs = places.take(bob).unwrap();
        drop(held);
        assert!(places.take(anna).is_ok());
        drop(bobs);
        assert!(places.taken().is_empty());
    }

    #[test]
    fn all_together_are_limited() {
        let places = Places::default();
        let mut held = Vec::new();
        while held.len() < OF_ALL {
            held.push(places.take(UserId::generate()).unwrap());
        }
        assert!(matches!(
            places.take(UserId::generate()),
            Err(ApiError::Busy)
        ));
    }
}
