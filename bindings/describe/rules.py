"""What every binding relies on, checked once, by the name of what breaks it."""

from __future__ import annotations

from collections.abc import Iterator

from interface import Function, Interface, InterfaceError, Kind, Type

_VALUES = (Kind.BOOL, Kind.UINT32, Kind.UINT64, Kind.TEXT)
_SET = ("Options", "Message")
_READ = ("Completion", "Error", "Reply")


def check(interface: Interface) -> None:
    for problem in _problems(interface):
        raise InterfaceError(problem)


def _problems(interface: Interface) -> Iterator[str]:
    for function in interface.functions:
        if not function.since:
            yield f"{function.name}: the comment does not say since when"
        if function.returns.kind is not Kind.NOTHING and not function.returns_text:
            yield f"{function.name}: the comment does not say what is returned"
        texts = (function.text, function.returns_text, *(parameter.text for parameter in function.parameters))
        if not all(map(_marks_code, texts)):
            yield f"{function.name}: the comment has a ` without another"
    for status in interface.statuses:
        if not status.text or not _marks_code(status.text):
            yield f"ROBOFY_STATUS_{status.name} has no comment, or a ` without another"
    for handle in interface.handles:
        if handle.is_lent:
            # An error is given away by where it is left.
            given = handle.name == "Error" or any(
                function.returns == Type(Kind.HANDLE, handle.name) for function in interface.functions
            )
            if given:
                yield f"{handle.free} is not declared: a function gives a Robofy{handle.name} away"
            continue
        if not _takes(interface.function(handle.free), Type(Kind.HANDLE, handle.name)):
            yield f"{handle.free} does not take a Robofy{handle.name} alone"
    for name in _SET:
        for setter in interface.of_handle(name):
            if "_set_" in setter.name and not _sets(setter, name):
                yield f"{setter.name} does not take a Robofy{name} and values that every language has"
    for name in _READ:
        for getter in interface.getters(name):
            if not _takes(getter, Type(Kind.HANDLE, name, is_const=True)):
                yield f"{getter.name} does not take a const Robofy{name} alone"


def _marks_code(text: str) -> bool:
    return text.count("`") % 2 == 0 and "``" not in text


def _takes(function: Function, *types: Type) -> bool:
    return tuple(parameter.type for parameter in function.parameters) == types


def _sets(setter: Function, handle: str) -> bool:
    own, values = setter.parameters[:1], setter.parameters[1:]
    is_setter = setter.returns.kind is Kind.NOTHING and [each.type for each in own] == [Type(Kind.HANDLE, handle)]
    return is_setter and bool(values) and all(value.type.kind in _VALUES for value in values)
