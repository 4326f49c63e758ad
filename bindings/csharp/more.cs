using System;
using System.Text;
using Robofy;

static class More
{
    static void Main(string[] arguments)
    {
        Func<string, string> env = Environment.GetEnvironmentVariable;
        var options = new Options
        {
            BaseUrl = env("ROBOFY_BASE_URL"), Pid = env("ROBOFY_PID"), ChatbotId = env("ROBOFY_CHATBOT_ID"),
        };
        using (var client = new Client(options: options))
        {
            Response projects = client.Request(new Request("GET", "/v1/projects") { Query = { { "page", "1" } } });
            Console.WriteLine(projects.Status + " " + projects.Header("content-type"));

            using (Upload upload = new Upload().AddBytes("file", Encoding.UTF8.GetBytes("# Prices"), "prices.md"))
            {
                client.UploadAsync(arguments[0], upload).Wait();
                Console.WriteLine(upload.Sent == upload.Total);
            }

            foreach (string lead in client.Leads())
                Console.WriteLine(lead);
            foreach (Session session in client.Sessions())
                Console.WriteLine(session.SessionId);
            Console.WriteLine(client.AgentSettings());

            using (AnswerStream stream = client.Stream(arguments[1], new Message("Hello")))
            {
                foreach (StreamEvent each in stream)
                    if (each.Kind == StreamEventKind.Delta)
                        Console.Write(each.Text);
                Console.WriteLine(" (" + stream.SessionId + ")");
            }
        }
    }
}
