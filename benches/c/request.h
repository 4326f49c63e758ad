/* The one request that is no chat. */
#ifndef BENCH_REQUEST_H
#define BENCH_REQUEST_H

#define REQUEST_PATH "/v1/projects"
#define REQUEST_QUERY "page=2"

#endif
