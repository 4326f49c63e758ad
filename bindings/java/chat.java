import ai.robofy.*;

class Chat {
    public static void main(String[] arguments) throws Exception {
        try (Client client = new Client(System.getenv("ROBOFY_API_KEY"), new Options().baseUrl(System.getenv("ROBOFY_BASE_URL")))) {
            System.out.println(client.whatsappChat(
                    new Message(System.getenv("ROBOFY_PID"), System.getenv("ROBOFY_CHATBOT_ID"), arguments[0])));
        }
    }
}
