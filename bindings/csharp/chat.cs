using System;
using Robofy;

static class Chat
{
    static int Main(string[] arguments)
    {
        Func<string, string> env = Environment.GetEnvironmentVariable;
        var options = new Options
        {
            BaseUrl = env("ROBOFY_BASE_URL"), Pid = env("ROBOFY_PID"), ChatbotId = env("ROBOFY_CHATBOT_ID"),
        };
        try
        {
            using (var client = new Client(options: options))
                Console.WriteLine(client.WhatsAppChat(new Message(arguments[0])));
            return 0;
        }
        catch (RobofyException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
