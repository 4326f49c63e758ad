using System;
using System.Threading.Tasks;
using Robofy;

/// <summary>What the tests run as a process of its own: one chat, and how the program goes on while it waits.</summary>
static class Program
{
    static int Main(string[] arguments)
    {
        try
        {
            var options = new Options { BaseUrl = Environment.GetEnvironmentVariable("ROBOFY_BASE_URL") };
            var client = new Client(options: options);
            Task<Reply> answer = client.WhatsAppChatAsync(Service.Message(arguments[1]));
            if (arguments[0] == "exit")
                return 3;
            if (arguments[0] == "wait")
                Console.WriteLine("waiting");
            answer.GetAwaiter().GetResult();
            Console.WriteLine("answered");
            return 0;
        }
        catch (Exception error) when (error is RobofyException || error is DllNotFoundException)
        {
            Console.WriteLine(error.Message);
            return 1;
        }
    }
}
