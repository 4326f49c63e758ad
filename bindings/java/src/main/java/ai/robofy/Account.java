package ai.robofy;

/** The agent that a client asks unless a call names another. */
record Account(String pid, String chatbotId) {
    byte[] pidText(String own) {
        return text("pid", own, pid);
    }

    byte[] chatbotIdText(String own) {
        return text("chatbotId", own, chatbotId);
    }

    private static byte[] text(String parameter, String own, String clients) {
        String id = own == null ? clients : own;
        if (id == null) {
            throw Arguments.invalid(parameter + " is missing: name it in the call, or in the client's Options");
        }
        return Arguments.messageText(parameter, id);
    }
}
