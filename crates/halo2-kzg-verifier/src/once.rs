//! A value that is computed when it is first asked for.

/// With `std` the value is kept; without, it is computed each time.
#[cfg(feature = "std")]
#[derive(Clone, Debug)]
pub(crate) struct Once<T>(std::sync::OnceLock<T>);

#[cfg(feature = "std")]
impl<T> Default for Once<T> {
    fn default() -> Self {
        Once(std::sync::OnceLock::new())
    }
}

#[cfg(feature = "std")]
impl<T: Copy> Once<T> {
    pub(crate) fn get_or_init(&self, compute: impl FnOnce() -> T) -> T {
        *self.0.get_or_init(compute)
    }
}

/// With `std` the value is kept; without, it is computed each time.
#[cfg(not(feature = "std"))]
#[derive(Clone, Debug)]
pub(crate) struct Once<T>(core::marker::PhantomData<T>);

#[cfg(not(feature = "std"))]
impl<T> Default for Once<T> {
    fn default() -> Self {
        Once(core::marker::PhantomData)
    }
}

#[cfg(not(feature = "std"))]
impl<T: Copy> Once<T> {
    #[expect(clippy::unused_self, reason = "one interface for both forms")]
    pub(crate) fn get_or_init(&self, compute: impl FnOnce() -> T) -> T {
        compute()
    }
}
