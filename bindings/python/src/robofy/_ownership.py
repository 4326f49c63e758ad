"""Who frees what the library gave us, and when."""

from typing import Any, Callable, NoReturn, Optional


def refuse_copies(of: object) -> NoReturn:
    """Refuse copy.copy, copy.deepcopy and pickle, by which two would own one pointer."""
    raise TypeError(
        f"{type(of).__name__} holds connections and cannot be copied or pickled: "
        "share this one among threads, and in another process make one from the same arguments"
    )


class Owned:
    """A pointer of the library, freed together with the last reference to this object.

    A call that uses the pointer holds a reference for as long as it runs. So nothing is freed under a running call,
    and no lock is needed, which a fork could catch locked by a thread that the child does not have.
    """

    __slots__ = ("_as_parameter_", "_free")

    def __init__(self, pointer: Any, free: Callable[[Any], None]) -> None:
        self._as_parameter_ = pointer  # what ctypes passes when it is given this object
        self._free = free

    def __reduce__(self) -> NoReturn:
        refuse_copies(self)

    def __del__(self) -> None:
        free = getattr(self, "_free", None)
        if free:  # no signal handler raised amid the making
            free(self._as_parameter_)


class Native:
    """What an immutable object was read from, for calls that are given that object or a copy of it."""

    __slots__ = ("_as_parameter_", "_owner")

    def __init__(self, pointer: Any, owner: Owned) -> None:
        self._as_parameter_ = pointer
        self._owner = owner

    def __deepcopy__(self, _: Any) -> "Native":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(None), ())  # another process has None in its place


class Managed:
    """An object of this package that owns a pointer until it lets go of it.

    Any thread may do so at any time: calls that are under way still finish, and calls made later are refused.
    """

    _owned: Optional[Owned] = None

    def __reduce__(self) -> NoReturn:
        refuse_copies(self)

    @property
    def _pointer(self) -> Owned:
        """To be read in the call's own argument list, so that nothing but the call keeps it."""
        owned = self._owned
        if owned is None:
            raise RuntimeError(f"this {type(self).__name__} is closed: make another")
        return owned

    def _let_go(self) -> None:
        self._owned = None
