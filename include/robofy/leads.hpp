/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_LEADS_HPP
#define ROBOFY_LEADS_HPP

/**
 * @file
 * The leads of an agent, page by page.
 */

#include <robofy/core.hpp>
#include <robofy/inputs.hpp>
#include <robofy/iterator.hpp>
#include <robofy/listings.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace robofy {

/**
 * The leads that an agent has collected: an input range of texts, each the JSON of one lead as the service has written
 * it. Each page is asked for when it is needed, and waited for.
 *
 *     for (const std::string &lead : client.leads())
 *
 * An Error is thrown by begin() or by the increment. After one of the way to the service, begin() asks for the same
 * page again; after one in its answer there is no next page. Only one thread at a time may use it. It does not keep its
 * client: when that is gone, it throws InvalidArgumentError.
 */
class Leads {
public:
    /** The text of a lead's JSON. */
    using value_type = std::string;
    /** An input iterator, which a move of the Leads makes invalid. */
    using iterator = detail::InputIterator<Leads>;

    /** Takes `leads` over. Client::leads() makes them. */
    Leads(RobofyLeads *leads, std::weak_ptr<detail::Core> client) noexcept
        : handle_(leads), client_(std::move(client))
    {
    }

    /** Only the leads of one conversation; none, the default, for those of all. */
    Leads &set_session_id(const Text &session_id) &
    {
        robofy_leads_set_session_id(handle_.get(), detail::Utf8(session_id.c_str("session_id")).c_str());
        return *this;
    }
    /** @overload */
    Leads set_session_id(const Text &session_id) &&
    {
        return std::move(set_session_id(session_id));
    }

    /** How long each page may take; 0, the default, for the client's timeout. */
    Leads &set_timeout(std::chrono::milliseconds timeout) &
    {
        call_.set_timeout(timeout);
        return *this;
    }
    /** @overload */
    Leads set_timeout(std::chrono::milliseconds timeout) &&
    {
        return std::move(set_timeout(timeout));
    }

    /** Asks for the next page and waits for it; none after the last one. Throws an Error. */
    std::optional<LeadsPage> next_page()
    {
        const std::shared_ptr<detail::Core> client = client_.lock();
        if (!client)
            detail::refuse("client", "was destroyed, or the leads were moved from");
        detail::Failure failure;
        RobofyPage *page = robofy_leads_next(handle_.get(), client->client(), call_.native_handle(), failure.out());
        failure.raise_if_any();
        return page ? std::optional<LeadsPage>(page) : std::nullopt;
    }

    /** The lead that the last iteration came to, at first the first one. */
    iterator begin()
    {
        return lead_ || advance() ? iterator(*this) : iterator();
    }
    /** After the last lead. */
    iterator end() noexcept
    {
        return iterator();
    }

    /** For robofy.h; stays this object's. NULL after a move. */
    const RobofyLeads *native_handle() const noexcept
    {
        return handle_.get();
    }

private:
    friend iterator;

    std::string &current() noexcept
    {
        return *lead_;
    }

    bool advance()
    {
        lead_.reset();
        while (!page_ || read_ == page_->size()) {
            std::optional<LeadsPage> next = next_page();
            if (!next)
                return false;
            page_ = std::move(next);
            read_ = 0;
        }
        lead_.emplace((*page_)[read_++]);
        return true;
    }

    detail::LeadsHandle handle_;
    std::weak_ptr<detail::Core> client_;
    Call call_;
    std::optional<LeadsPage> page_;
    std::size_t read_ = 0;
    std::optional<std::string> lead_;
};

} // namespace robofy

#endif
