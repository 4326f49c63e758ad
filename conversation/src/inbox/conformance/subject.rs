//! What the suite needs of a store beside the trait.

use crate::inbox::store::Store;

/// Makes stores for the suite. A function that makes an empty store is one, for stores that end with the process.
pub trait Subject {
    /// The store.
    type Store: Store;

    /// An empty one.
    fn fresh(&mut self) -> Self::Store;

    /// The process of this one is killed, and another opens what it has left.
    fn reopen(&mut self, store: Self::Store) -> Self::Store {
        store
    }
}

impl<S: Store, F: FnMut() -> S> Subject for F {
    type Store = S;

    fn fresh(&mut self) -> S {
        self()
    }
}
