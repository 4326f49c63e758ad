"""The contract of the bindings, kept by C++."""

from __future__ import annotations

import json
from pathlib import Path

from cpp_programs import CppPrograms
from record import header_of
from standin import ROOT, Standin

CONTRACT = json.loads((ROOT / "bindings" / "contract" / "contract.json").read_text())


def test_every_promise_is_kept(native_programs: CppPrograms, standin: Standin, tmp_path: Path) -> None:
    for promise in CONTRACT["promises"]:
        # A std::string of UTF-8 holds no half of a surrogate pair.
        promise["cases"] = [case for case in promise.get("cases", [{}]) if case.get("needs") != "surrogates"]
    contract, results = tmp_path / "contract.json", tmp_path / "results"
    contract.write_text(json.dumps(CONTRACT))
    native_programs.run("contract", standin.url, ROBOFY_CONTRACT=str(contract), ROBOFY_CONTRACT_RESULTS=str(results))
    kept = results.read_text().split()
    promised = [promise["id"] for promise in CONTRACT["promises"]]
    assert sorted([*kept, *CONTRACT["holes"].get("cpp", {})]) == sorted(promised)
    assert {header_of(request, "authorization") for request in standin.requests()} == {"Bearer canary-key-41d7"}
