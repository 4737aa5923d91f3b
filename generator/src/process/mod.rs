//! STUB, replaced by the toolchain branch
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) tail: String,
}
impl Outcome {
    pub(crate) fn is_success(&self) -> bool {
        true
    }
}
