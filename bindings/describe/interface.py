"""What `include/robofy.h` declares and documents, as values: nothing here knows of a language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class InterfaceError(Exception):
    """The header says what no binding can be made of."""


def snake(name: str) -> str:
    """`stream_event` of `StreamEvent`."""
    return re.sub(r"(?<=.)(?=[A-Z])", "_", name).lower()


class Kind(Enum):
    """What a C type is to a binding."""

    NOTHING = "void"
    BOOL = "bool"
    INT32 = "int32_t"
    INT64 = "int64_t"
    UINT32 = "uint32_t"
    UINT64 = "uint64_t"
    STATUS = "RobofyStatus"
    # A `const char *`: lent by the callee as a result, lent by the caller as an argument.
    TEXT = "const char *"
    # A `char *` that whoever receives it frees with robofy_free_string.
    OWNED_TEXT = "char *"
    # A pointer to one of the opaque types.
    HANDLE = "handle"
    # Where a call leaves its error.
    ERROR_OUT = "RobofyError **"


@dataclass(frozen=True)
class Type:
    kind: Kind
    # Of a handle: "Client", "Options".
    handle: str = ""
    # A handle that is only read, or one that its owner frees.
    is_const: bool = False

    def __str__(self) -> str:
        """As C spells it."""
        if self.kind is not Kind.HANDLE:
            return str(self.kind.value)
        return f"{'const ' * self.is_const}Robofy{self.handle} *"


@dataclass(frozen=True)
class Parameter:
    name: str
    type: Type
    text: str


@dataclass(frozen=True)
class Function:
    name: str
    returns: Type
    parameters: tuple[Parameter, ...]
    # Paragraphs and lists, as Markdown.
    text: str
    returns_text: str
    since: str

    @property
    def signature(self) -> str:
        """As a prototype on one line."""
        parameters = ", ".join(f"{parameter.type} {parameter.name}" for parameter in self.parameters) or "void"
        return f"{self.returns} {self.name}({parameters})".replace("* ", "*")

    @property
    def may_miss(self) -> bool:
        """Whether a getter gives NULL or 0 for what is not known, and not only for NULL."""
        return bool(re.search(r"\b(?:NULL|0) if\b", self.returns_text))


@dataclass(frozen=True)
class Status:
    # Without ROBOFY_STATUS_.
    name: str
    number: int
    text: str


@dataclass(frozen=True)
class Member:
    # Without the enumeration's name, as in ROBOFY_STREAM_EVENT_KIND_.
    name: str
    number: int
    text: str


@dataclass(frozen=True)
class Enumeration:
    # Without Robofy: "StreamEventKind".
    name: str
    text: str
    members: tuple[Member, ...]

    @property
    def about(self) -> str:
        """The first sentence."""
        return self.text.partition(". ")[0].removesuffix(".") + "."

    @property
    def prefix(self) -> str:
        """Of its members in C: "ROBOFY_STREAM_EVENT_KIND_"."""
        return f"ROBOFY_{snake(self.name).upper()}_"

    @property
    def is_open(self) -> bool:
        """Whether it has a member for what a later library adds."""
        return any(member.name == "OTHER" for member in self.members)


@dataclass(frozen=True)
class Handle:
    # Without Robofy.
    name: str
    text: str
    since: str
    # Belongs to another handle, and is not freed itself.
    is_lent: bool

    @property
    def free(self) -> str:
        return f"robofy_{snake(self.name)}_free"


class Unit(Enum):
    """What the number of an option counts."""

    MILLISECONDS = "Milliseconds"
    BYTES = "Bytes"
    COUNT = ""


@dataclass(frozen=True)
class Setting:
    """One value of an option."""

    parameter: Parameter
    unit: Unit
    # None where the default is no value at all.
    default: int | bool | str | None
    # The least number that is taken.
    least: int

    @property
    def is_path(self) -> bool:
        return self.parameter.name.endswith("_path")

    @property
    def number(self) -> int:
        """The default, of a setting that is a number."""
        if not isinstance(self.default, int):
            raise TypeError(f"{self.parameter.name} is no number")
        return self.default


@dataclass(frozen=True)
class Option:
    """How a client behaves in one regard."""

    # Without robofy_options_set_ and without a unit: "timeout", "rate_limit".
    name: str
    function: Function
    settings: tuple[Setting, ...]

    @property
    def text(self) -> str:
        return self.function.text

    @property
    def since(self) -> str:
        return self.function.since


@dataclass(frozen=True)
class Interface:
    version: str
    functions: tuple[Function, ...]
    handles: tuple[Handle, ...]
    statuses: tuple[Status, ...]
    enums: tuple[Enumeration, ...]
    options: tuple[Option, ...]

    @property
    def failures(self) -> tuple[Status, ...]:
        return tuple(status for status in self.statuses if status.name != "OK")

    @property
    def owned(self) -> tuple[Handle, ...]:
        return tuple(handle for handle in self.handles if not handle.is_lent)

    def enum(self, name: str) -> Enumeration:
        return next(enum for enum in self.enums if enum.name == name)

    def function(self, name: str) -> Function:
        for function in self.functions:
            if function.name == name:
                return function
        raise InterfaceError(f"{name} is not declared, and the bindings need it")

    def of_handle(self, handle: str) -> tuple[Function, ...]:
        """The functions whose names begin with the handle's."""
        return tuple(function for function in self.functions if self._handle_of(function.name) == handle)

    def _handle_of(self, function: str) -> str | None:
        begin = [handle.name for handle in self.handles if function.startswith(f"robofy_{snake(handle.name)}_")]
        return max(begin, key=len, default=None)

    def getters(self, handle: str) -> tuple[Function, ...]:
        """What is read of it; a handle that it gives away is none."""
        return tuple(function for function in self.of_handle(handle) if _is_read(function.returns))


def _is_read(returns: Type) -> bool:
    return returns.kind is not Kind.NOTHING and (returns.kind is not Kind.HANDLE or returns.is_const)
