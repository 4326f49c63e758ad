import ai.robofy.*;

class Chat {
    public static void main(String[] arguments) throws Exception {
        Options options = new Options()
                .baseUrl(System.getenv("ROBOFY_BASE_URL"))
                .pid(System.getenv("ROBOFY_PID"))
                .chatbotId(System.getenv("ROBOFY_CHATBOT_ID"));
        try (Client client = new Client(options)) {
            System.out.println(client.whatsappChat(new Message(arguments[0])));
        }
    }
}
