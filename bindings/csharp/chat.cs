using System;
using Robofy;

static class Chat
{
    static int Main(string[] arguments)
    {
        Func<string, string> env = Environment.GetEnvironmentVariable;
        try
        {
            using (var client = new Client(env("ROBOFY_API_KEY"), new Options { BaseUrl = env("ROBOFY_BASE_URL") }))
                Console.WriteLine(client.WhatsAppChat(new Message(env("ROBOFY_PID"), env("ROBOFY_CHATBOT_ID"), arguments[0])));
            return 0;
        }
        catch (RobofyException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
