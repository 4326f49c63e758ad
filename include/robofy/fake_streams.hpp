/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_FAKE_STREAMS_HPP
#define ROBOFY_FAKE_STREAMS_HPP

/**
 * @file
 * The part of robofy/fake.hpp for streams: an answer comes in one piece.
 */

#include <robofy/fake_script.hpp>

#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <unistd.h>

/** What waits to be taken, and what was. */
struct RobofyStream {
    mutable std::mutex mutex;
    std::deque<RobofyStreamEvent> events;
    std::unique_ptr<RobofyError> error;
    std::string text;
    std::optional<std::string> session_id;
    bool is_done = false;
    int pipe[2] = {-1, -1};

    ~RobofyStream()
    {
        for (const int end : pipe)
            if (end != -1)
                close(end);
    }

    void add(RobofyStreamEventKind kind, const char *name, std::optional<std::string> told)
    {
        events.push_back({kind, std::move(told), name, "{}"});
    }

    RobofyStreamEvent *take(RobofyError **out)
    {
        if (events.empty()) {
            is_done = true;
            if (error && out)
                *out = error.release();
            return nullptr;
        }
        auto *event = new RobofyStreamEvent(std::move(events.front()));
        events.pop_front();
        if (event->kind == ROBOFY_STREAM_EVENT_KIND_DELTA)
            text += *event->text;
        else if (event->kind == ROBOFY_STREAM_EVENT_KIND_SESSION)
            session_id = event->text;
        return event;
    }
};

extern "C" {

RobofyStream *robofy_stream_open(const RobofyClient *, const char *, const RobofyMessage *message, RobofyError **)
{
    robofy::Fake::Outcome outcome = robofy::Fake::chat(*message);
    auto *stream = new RobofyStream;
    if (auto *error = std::get_if<RobofyError>(&outcome)) {
        stream->error = std::make_unique<RobofyError>(std::move(*error));
        return stream;
    }
    auto &reply = std::get<RobofyReply>(outcome);
    stream->add(ROBOFY_STREAM_EVENT_KIND_DELTA, "text-delta", std::move(reply.answer));
    stream->add(ROBOFY_STREAM_EVENT_KIND_FINISH, "finish", std::nullopt);
    if (reply.session_id)
        stream->add(ROBOFY_STREAM_EVENT_KIND_SESSION, "session", std::move(reply.session_id));
    return stream;
}

RobofyStreamEvent *robofy_stream_next(const RobofyStream *stream, std::int64_t, RobofyError **error)
{
    const std::lock_guard<std::mutex> lock(stream->mutex);
    return const_cast<RobofyStream *>(stream)->take(error);
}

bool robofy_stream_is_done(const RobofyStream *stream)
{
    return !stream || stream->is_done;
}

char *robofy_stream_text(const RobofyStream *stream)
{
    return stream ? strdup(stream->text.c_str()) : nullptr;
}

char *robofy_stream_session_id(const RobofyStream *stream)
{
    return stream && stream->session_id ? strdup(stream->session_id->c_str()) : nullptr;
}

/* Always readable: something waits, if only the end. */
std::int32_t robofy_stream_poll_fd(const RobofyStream *stream)
{
    auto &shared = *const_cast<RobofyStream *>(stream);
    if (shared.pipe[0] == -1 && (pipe(shared.pipe) != 0 || write(shared.pipe[1], "", 1) != 1))
        return -1;
    return shared.pipe[0];
}

bool robofy_stream_cancel(const RobofyStream *stream)
{
    if (robofy_stream_is_done(stream))
        return false;
    auto &shared = *const_cast<RobofyStream *>(stream);
    const std::lock_guard<std::mutex> lock(shared.mutex);
    shared.events.clear();
    shared.error = std::make_unique<RobofyError>();
    shared.error->status = ROBOFY_STATUS_CANCELLED;
    shared.error->message = "the program cancelled the stream";
    return true;
}

void robofy_stream_free(RobofyStream *stream)
{
    delete stream;
}

RobofyStreamEventKind robofy_stream_event_kind(const RobofyStreamEvent *event)
{
    return event ? event->kind : ROBOFY_STREAM_EVENT_KIND_OTHER;
}
}

#endif
