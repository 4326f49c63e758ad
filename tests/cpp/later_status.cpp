// Stands before the library's own function, as one of a later library would do.
extern "C" unsigned robofy_error_status(const void *error);

unsigned robofy_error_status(const void *error)
{
    return error ? 99 : 0;
}
