"""How every binding finds the library, and what it says where it does not: one policy, in these words.

ROBOFY_LIBRARY names the file; without it, one beside the package; without that, the system's. Its version has the
package's first two numbers. A file that is named, or is beside the package, is the only one tried: where it cannot be
loaded, going on to the system's would hide a broken package behind another library.
"""

from __future__ import annotations

BESIDE = {"linux": "librobofy.so", "macos": "librobofy.dylib", "windows": "robofy.dll"}
# In this order.
SYSTEM = {
    "linux": ("librobofy.so.0", "librobofy.so"),
    "macos": ("librobofy.0.dylib", "librobofy.dylib"),
    "windows": ("robofy.dll",),
}
VARIABLE = "ROBOFY_LIBRARY"

# In braces what a binding puts in: the file or files, each with the system's reason; and the versions.
CANNOT_LOAD = "the robofy library cannot be loaded ({reasons}): {advice}"
CANNOT_USE = "{file} is robofy {found}, and this package is robofy {version}: {advice}"
ADVICE = "install robofy {version} (docs/installing.md), or set ROBOFY_LIBRARY to the path of its shared library"
ADVICE_BESIDE = "only the file beside the package is tried: replace or remove it, or set ROBOFY_LIBRARY"
ADVICE_CHOSEN = "point ROBOFY_LIBRARY to the shared library of robofy {version}, or unset it"
