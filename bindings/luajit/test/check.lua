-- A test is a function in a table; a failed check is an error. Prints the failures and exits with 1 if there are some.
local check = {}

function check.equal(expected, actual)
  if expected ~= actual then
    error(("expected %s, not %s"):format(tostring(expected), tostring(actual)), 2)
  end
end

function check.contains(part, text)
  if not tostring(text):find(part, 1, true) then error(("%q is not in %s"):format(part, tostring(text)), 2) end
end

function check.less(actual, bound)
  if not (actual < bound) then error(("%s is not less than %s"):format(actual, bound), 2) end
end

-- The message of the error that a call must raise.
function check.raises(part, work, ...)
  local ok, failure = pcall(work, ...)
  if ok then error("nothing was raised", 2) end
  check.contains(part, failure)
end

function check.run(tests)
  local names = {}
  for name in pairs(tests) do names[#names + 1] = name end
  table.sort(names)
  local failed = 0
  for _, name in ipairs(names) do
    collectgarbage()
    local ok, failure = xpcall(tests[name], function(raised)
      return type(raised) == "string" and debug.traceback(raised, 2) or tostring(raised)
    end)
    if not ok then
      failed = failed + 1
      print(("FAILED %s: %s"):format(name, failure))
    end
  end
  print(("%d tests, %d failed"):format(#names, failed))
  os.exit(failed == 0 and 0 or 1, true)
end

return check
