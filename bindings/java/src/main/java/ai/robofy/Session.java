package ai.robofy;

import com.sun.jna.Pointer;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A conversation of an agent, as the service lists it. What the service did not send is null.
 *
 * @param sessionId the conversation
 * @param lastMessageTime when the last message came, in the service's own words
 * @param lastMessage the text of the last message
 * @param userProfileName the user's name
 * @param lastMessageDirection whose the last message was, in the service's own words
 * @param websiteUrl the page that the conversation was held on
 */
public record Session(
        String sessionId,
        String lastMessageTime,
        String lastMessage,
        String userProfileName,
        String lastMessageDirection,
        String websiteUrl) {
    static List<Session> read(Pointer sessions) {
        return LongStream.range(0, Native.robofy_sessions_count(sessions)).mapToObj(index -> read(sessions, index)).toList();
    }

    private static Session read(Pointer sessions, long index) {
        return new Session(
                Arguments.string(Native.robofy_sessions_session_id(sessions, index)),
                Arguments.string(Native.robofy_sessions_last_message_time(sessions, index)),
                Arguments.string(Native.robofy_sessions_last_message(sessions, index)),
                Arguments.string(Native.robofy_sessions_user_profile_name(sessions, index)),
                Arguments.string(Native.robofy_sessions_last_message_direction(sessions, index)),
                Arguments.string(Native.robofy_sessions_website_url(sessions, index)));
    }
}
