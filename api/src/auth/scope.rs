//! What a credential is good for, and the extractors by which a handler says what it needs.
//!
//! A handler is given a [`Principal`] by [`May`] only, so none can be reached without its scope
//! having been asked for.

use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use leo_protocol::account::Scope;

use super::{AuthError, Principal};
use crate::error::ApiError;
use crate::limits;
use crate::state::AppState;

/// A scope as a type.
pub(crate) trait Need: Send + Sync + 'static {
    /// The least that is needed.
    const SCOPE: Scope;
}

/// Looking.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Read;
/// Changing sessions and jobs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run;
/// Changing the account: keys, settings, password.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Admin;

impl Need for Read {
    const SCOPE: Scope = Scope::Read;
}
impl Need for Run {
    const SCOPE: Scope = Scope::Run;
}
impl Need for Admin {
    const SCOPE: Scope = Scope::Admin;
}

/// Somebody whose credential is good for `N`.
#[derive(Debug, Clone)]
pub(crate) struct May<N>(Principal, PhantomData<N>);

impl<N> May<N> {
    /// Who it is.
    pub(crate) fn into_inner(self) -> Principal {
        self.0
    }
}

impl<N> Deref for May<N> {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.0
    }
}

impl<N: Need> FromRequestParts<AppState> for May<N> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let who = limits::admit(state, parts).await?;
        who.needs(N::SCOPE)?;
        Ok(Self(who, PhantomData))
    }
}

/// An operator whose credential is good for `N`. For everybody else there is nothing here.
#[derive(Debug, Clone)]
pub(crate) struct Operator<N>(Principal, PhantomData<N>);

impl<N> Deref for Operator<N> {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.0
    }
}

impl<N: Need> FromRequestParts<AppState> for Operator<N> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let who = limits::admit(state, parts).await?;
        if !who.operator {
            return Err(ApiError::NotFound);
        }
        who.needs(N::SCOPE)?;
        Ok(Self(who, PhantomData))
    }
}

impl Principal {
    /// Nothing, if the credential is good for that.
    ///
    /// # Errors
    /// When it is not.
    pub(crate) fn needs(&self, scope: Scope) -> Result<(), AuthError> {
        if self.scope >= scope {
            Ok(())
        } else {
            Err(AuthError::Scope(scope))
        }
    }
}
