"""The contract of the bindings, kept by C++."""

from __future__ import annotations

import json
from pathlib import Path

from contract import Contract
from cpp_programs import CppPrograms
from record import header_of
from standin import Standin


def test_every_promise_is_kept(native_programs: CppPrograms, standin: Standin, tmp_path: Path) -> None:
    contract = Contract("cpp")
    cases = json.loads(Path(contract.environment["ROBOFY_CONTRACT"]).read_text())
    for promise in cases["promises"]:
        # A std::string of UTF-8 holds no half of a surrogate pair.
        promise["cases"] = [case for case in promise.get("cases", [{}]) if case.get("needs") != "surrogates"]
    file = tmp_path / "contract.json"
    file.write_text(json.dumps(cases))
    native_programs.run("contract", standin.url, **{**contract.environment, "ROBOFY_CONTRACT": str(file)})
    contract.check()
    assert {header_of(request, "authorization") for request in standin.requests()} == {"Bearer canary-key-41d7"}
