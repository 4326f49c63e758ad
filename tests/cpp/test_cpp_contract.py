"""The contract of the bindings, kept by C++."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from contract import Contract
from cpp_programs import CppPrograms
from record import header_of, whole_requests
from standin import Standin


def test_every_promise_is_kept(
    native_programs: CppPrograms, start_standin: Callable[..., Standin], tmp_path: Path
) -> None:
    standin = start_standin("--stream-path", "/v1/ai-agent/event")
    contract = Contract("cpp")
    cases = json.loads(Path(contract.environment["ROBOFY_CONTRACT"]).read_text())
    for promise in cases["promises"]:
        # A std::string of UTF-8 holds no half of a surrogate pair.
        promise["cases"] = [case for case in promise.get("cases", [{}]) if case.get("needs") != "surrogates"]
    file = tmp_path / "contract.json"
    file.write_text(json.dumps(cases))
    found = tmp_path / "found"
    told = {"ROBOFY_CONTRACT": str(file), "ROBOFY_CONTRACT_RESULTS": str(found)}
    native_programs.run("contract", standin.url, **told)
    # What the program cannot see: which key was sent, and that a message which was refused was not.
    assert {header_of(request, "authorization") for request in standin.requests()} == {"Bearer canary-key-41d7"}
    bodies = [request["body"] for request in whole_requests(standin) if isinstance(request["body"], dict)]
    assert "overloaded" not in {body.get("user_context", {}).get("session_id") for body in bodies}
    Path(contract.environment["ROBOFY_CONTRACT_RESULTS"]).write_text(found.read_text())
    contract.check()
