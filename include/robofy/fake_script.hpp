/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_FAKE_SCRIPT_HPP
#define ROBOFY_FAKE_SCRIPT_HPP

/**
 * @file
 * What the calls of robofy/fake.hpp are answered with.
 */

#include <robofy/fake_answers.hpp>
#include <robofy/fake_values.hpp>

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/** What a webhook's body says. */
struct RobofyIncoming {
    std::vector<RobofyEvent> events;
    std::uint32_t skipped = 0;
};

namespace robofy {

/** What calls are answered with while this object lives: one at a time, in the order of the script. */
class Fake {
public:
    /** What a call comes to. */
    using Outcome =
        std::variant<RobofyReply, RobofyError, RobofyResponse, RobofyPage, RobofySessions, RobofySettings,
                     RobofyIncoming>;

    /** Replaces the one before. */
    Fake()
    {
        current() = this;
    }
    Fake(const Fake &) = delete;
    Fake &operator=(const Fake &) = delete;
    ~Fake()
    {
        current() = nullptr;
    }

    /** The next chat or stream is answered so. What else the reply tells can be set in what is returned. */
    RobofyReply &answer(std::string text)
    {
        RobofyReply reply;
        reply.answer = std::move(text);
        reply.json = "{}";
        reply.attempts = 1;
        return std::get<RobofyReply>(add(std::move(reply)));
    }

    /**
     * The next call of any kind fails so. What else the error tells can be set in what is returned; it is retryable
     * where the library's errors of that status always are.
     */
    RobofyError &fail(Status status, std::string message)
    {
        RobofyError error;
        error.status = static_cast<RobofyStatus>(status);
        error.message = std::move(message);
        error.is_retryable = status == Status::connect || status == Status::rate_limited;
        return std::get<RobofyError>(add(std::move(error)));
    }

    /** The next request or upload is answered with this `data`, the text of a JSON value. */
    RobofyResponse &respond(std::string data)
    {
        RobofyResponse response;
        response.body = R"({"message":"Success","data":)" + data + "}";
        response.headers["content-type"] = "application/json";
        response.data = std::move(data);
        response.attempts = 1;
        return std::get<RobofyResponse>(add(std::move(response)));
    }

    /** The next page of leads; the last one, unless its next_token is set. */
    RobofyPage &page(std::vector<std::string> rows)
    {
        RobofyPage page;
        page.rows = std::move(rows);
        return std::get<RobofyPage>(add(std::move(page)));
    }

    /** What an agent's conversations are listed as next. */
    RobofySessions &list(std::vector<RobofySessions::Session> sessions)
    {
        return std::get<RobofySessions>(add(RobofySessions{std::move(sessions)}));
    }

    /** What an agent's settings are next: the text of a JSON object, and what is set in what is returned. */
    RobofySettings &settings(std::string json)
    {
        RobofySettings settings;
        settings.json = std::move(json);
        return std::get<RobofySettings>(add(std::move(settings)));
    }

    /** What the next webhook says, whatever its body and its signature are. */
    RobofyIncoming &come_in(std::vector<RobofyEvent> events)
    {
        return std::get<RobofyIncoming>(add(RobofyIncoming{std::move(events)}));
    }

    /** Every message that was sent, the first one first. */
    std::vector<RobofyMessage> asked() const
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return asked_;
    }

    /** Every request, "GET /v1/projects", and every upload, "POST" and its path, the first one first. */
    std::vector<std::string> called() const
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return called_;
    }

    /** What the library's part of the process calls: records the message and takes the script's next reply or error. */
    static Outcome chat(const RobofyMessage &message)
    {
        return next<RobofyReply>([&](Fake &fake) { fake.asked_.push_back(message); });
    }

    /** The same with a request or an upload, and a response or an error. */
    static Outcome call(const std::string &method, const std::string &path)
    {
        return next<RobofyResponse>([&](Fake &fake) { fake.called_.push_back(method + " " + path); });
    }

    /** The same with what has an answer of its own. */
    template <class Answer> static Outcome read()
    {
        return next<Answer>([](Fake &) {});
    }

private:
    static Fake *&current()
    {
        static Fake *fake = nullptr;
        return fake;
    }

    template <class Answer, class Record> static Outcome next(const Record &record)
    {
        if (!current())
            return unscripted("there is no robofy::Fake");
        Fake &fake = *current();
        const std::lock_guard<std::mutex> lock(fake.mutex_);
        record(fake);
        if (fake.script_.empty())
            return unscripted("the robofy::Fake has no answer left");
        Outcome next = std::move(fake.script_.front());
        fake.script_.pop_front();
        if (!std::holds_alternative<Answer>(next) && !std::holds_alternative<RobofyError>(next))
            return unscripted("the next answer of the robofy::Fake is for a call of another kind");
        return next;
    }

    static Outcome unscripted(const char *problem)
    {
        RobofyError error;
        error.message = problem;
        return error;
    }

    Outcome &add(Outcome outcome)
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        return script_.emplace_back(std::move(outcome));
    }

    mutable std::mutex mutex_;
    std::deque<Outcome> script_;
    std::vector<RobofyMessage> asked_;
    std::vector<std::string> called_;
};

/* An answer of its own, to be freed by who asked; NULL and the error, if it is one. */
template <class Answer> Answer *handed_out(Fake::Outcome outcome, RobofyError **error)
{
    if (auto *answer = std::get_if<Answer>(&outcome))
        return new Answer(std::move(*answer));
    if (error)
        *error = new RobofyError(std::get<RobofyError>(std::move(outcome)));
    return nullptr;
}

} // namespace robofy

#endif
