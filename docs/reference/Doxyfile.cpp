# The C++ reference, from the header over the C interface, where parameters are named in the sentences.

@INCLUDE                = docs/reference/Doxyfile

INPUT                   = include/robofy.hpp include/robofy
EXCLUDE                 = include/robofy/fake_values.hpp
# Members for temporaries share the comment of the one above them.
HIDE_UNDOC_MEMBERS      = YES
EXCLUDE_SYMBOLS         = robofy::detail robofy::detail::*
OPTIMIZE_OUTPUT_FOR_C   = NO
WARN_NO_PARAMDOC        = NO
BUILTIN_STL_SUPPORT     = YES
MACRO_EXPANSION         = YES
PREDEFINED              = __cplusplus=202002L __cpp_impl_coroutine=201902L __unix__
HTML_OUTPUT             = cpp
GENERATE_XML            = NO
GENERATE_TAGFILE        =
TAGFILES                = target/docs/c.tag=../c
