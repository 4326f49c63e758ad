-- Finds the shared library and loads it.
local ffi = require "ffi"
local declarations = require "robofy.declarations"

ffi.cdef(declarations)
ffi.cdef "int getpid(void);"

local native = {}
local loaded

-- The directory of this file.
local here = debug.getinfo(1, "S").source:match "^@(.*[/\\])" or "./"

local function places()
  local chosen = os.getenv "ROBOFY_LIBRARY"
  if chosen and chosen ~= "" then
    return { chosen }, "ROBOFY_LIBRARY names this file: point it to librobofy, or unset it to use the installed one"
  end
  local names = ffi.os == "OSX" and { "librobofy.0.dylib", "librobofy.dylib" } or { "librobofy.so.0", "librobofy.so" }
  local paths = {}
  for _, name in ipairs(names) do
    local file = io.open(here .. name)
    if file then
      file:close()
      paths[#paths + 1] = here .. name
    end
  end
  for _, name in ipairs(names) do paths[#paths + 1] = name end
  return paths, "Install robofy, or set ROBOFY_LIBRARY to the path of its shared library"
end

-- LuaJIT looks up a function at its first use: look up all of them now.
local function open(path)
  local library = ffi.load(path)
  for name in declarations:gmatch "(robofy_[%w_]+)%(" do
    local _ = library[name]
  end
  return library
end

function native.library()
  if loaded then return loaded end
  local paths, advice = places()
  local failures = {}
  for _, path in ipairs(paths) do
    local ok, library = pcall(open, path)
    if ok then
      loaded = library
      return loaded
    end
    failures[#failures + 1] = tostring(library)
  end
  error(("the shared library of robofy cannot be used: %s. %s"):format(table.concat(failures, "; "), advice), 0)
end

-- A borrowed text, or nil for NULL.
function native.text(pointer)
  if pointer ~= nil then return ffi.string(pointer) end
end

-- Where a call leaves its error.
function native.error_place() return ffi.new "RobofyError *[1]" end

function native.process() return ffi.C.getpid() end

return native
