//! A stream that keeps its last chunk until it is known to be the last.

use axum::body::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt as _};
use leo_common::artifacts::ArtifactError;
use leo_common::error_chain::Chain;

/// Passes chunks on one behind.
///
/// The store finds out after the last byte whether all of them were right. Without this the client
/// would have its full `Content-Length` by then and never notice; with it, its body is cut short.
pub(super) fn held_back(
    bytes: BoxStream<'static, Result<Bytes, ArtifactError>>,
) -> impl Stream<Item = Result<Bytes, ArtifactError>> {
    futures_util::stream::unfold(Some((bytes, None)), |state| async move {
        let (mut bytes, mut held) = state?;
        loop {
            match (bytes.next().await, held.take()) {
                (Some(Ok(chunk)), None) => held = Some(chunk),
                (Some(Ok(chunk)), Some(before)) => {
                    return Some((Ok(before), Some((bytes, Some(chunk)))));
                }
                (Some(Err(error)), _) => {
                    tracing::error!(error = %Chain(&error), "a file could not be read");
                    return Some((Err(error), None));
                }
                (None, last) => return last.map(|chunk| (Ok(chunk), None)),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sent(items: Vec<Result<&'static str, ()>>) -> Vec<Result<Bytes, ()>> {
        let items = items.into_iter().map(|item| {
            item.map(|text| Bytes::from_static(text.as_bytes()))
                .map_err(|()| ArtifactError::Corrupt("x".to_owned()))
        });
        let stream = futures_util::stream::iter(items.collect::<Vec<_>>()).boxed();
        held_back(stream)
            .map(|item| item.map_err(drop))
            .collect()
            .await
    }

    #[tokio::test]
    async fn all_of_it_arrives() {
        assert_eq!(
            sent(vec![Ok("a"), Ok("b")]).await,
            [Ok("a".into()), Ok("b".into())]
        );
        assert_eq!(sent(vec![]).await, []);
    }

    #[tokio::test]
    async fn the_last_chunk_does_not_precede_its_error() {
        assert_eq!(
            sent(vec![Ok("a"), Ok("b"), Err(())]).await,
            [Ok("a".into()), Err(())]
        );
    }
}
