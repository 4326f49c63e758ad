"""What owns a pointer of the library is neither copied nor pickled, and says what to do."""

import copy
import multiprocessing
import pickle
from typing import Any, Callable

import pytest
from chats import chat

import robofy

DUPLICATES = [copy.copy, copy.deepcopy, pickle.dumps]


@pytest.mark.parametrize("duplicate", DUPLICATES)
@pytest.mark.parametrize("kind", [robofy.Client, robofy.AsyncClient])
def test_a_client_refuses(kind: Any, duplicate: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match=rf"{kind.__name__} .* cannot be copied or pickled: share this one .* make one"):
        duplicate(kind("key"))


@pytest.mark.parametrize("duplicate", DUPLICATES)
def test_a_handle_refuses(client: robofy.Client, duplicate: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match="cannot be copied or pickled"):
        duplicate(client._pointer)
    assert chat(client, "!answer=usable").answer == "usable"


def test_a_spawned_process_is_not_given_a_client(client: robofy.Client) -> None:
    process = multiprocessing.get_context("spawn").Process(target=chat, args=(client,))
    with pytest.raises(TypeError, match="in another process make one"):
        process.start()
