-- Finds the shared library and loads it.
local ffi = require "ffi"
local declarations = require "robofy.declarations"

ffi.cdef(declarations.cdef)
ffi.cdef "int getpid(void);"

local ENOENT = 2

local native = {}
local loaded

-- The directory of this file.
local here = debug.getinfo(1, "S").source:match "^@(.*[/\\])" or "./"

local function told(message, values) return (message:gsub("{(%w+)}", values)) end

local function of_system(names) return names[ffi.os] or names.Linux end

-- The files to try, and what to do where none of them can be used.
local function places()
  local chosen = os.getenv "ROBOFY_LIBRARY"
  if chosen and chosen ~= "" then return { chosen }, declarations.advice_chosen end
  local beside = here .. of_system(declarations.beside)
  local file, _, number = io.open(beside)
  if file then file:close() end
  if file or number ~= ENOENT then return { beside }, declarations.advice_beside end
  return of_system(declarations.system), declarations.advice
end

local function minor(version) return version:match "^%d+%.%d+" end

-- Raises why the file is not the library; gives back another library's version.
local function open(path)
  local library = ffi.load(path)
  local version = ffi.string(library.robofy_version())
  if minor(version) ~= minor(declarations.version) then return nil, version end
  -- LuaJIT looks up a function at its first use: look up all of them now.
  for name in declarations.cdef:gmatch "(robofy_[%w_]+)%(" do
    local _ = library[name]
  end
  return library
end

local function load()
  local paths, advice = places()
  local reasons = {}
  for _, path in ipairs(paths) do
    local ok, library, other = pcall(open, path)
    if other then error(told(declarations.cannot_use, { file = path, found = other, advice = advice }), 0) end
    if ok then return library end
    reasons[#reasons + 1] = library:gsub("^.-%.lua:%d+: ", "")
  end
  error(told(declarations.cannot_load, { reasons = table.concat(reasons, "; "), advice = advice }), 0)
end

function native.library()
  loaded = loaded or load()
  return loaded
end

function native.process() return ffi.C.getpid() end

return native
