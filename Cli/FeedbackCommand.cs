using System.CommandLine;

namespace LlmOps.Cli;

public static class FeedbackCommand
{
    public static Command Build()
    {
        var request = new Argument<string>("request") { Description = "The answer's x-request-id." };
        var correct = new Option<bool?>("--correct") { Description = "true or false: was the answer correct?" };
        var score = new Option<double?>("--score") { Description = "0 to 1." };
        var comment = new Option<string?>("--comment") { Description = "Why." };
        var command = new Command("feedback", "Say what an answer was worth.") { request, correct, score, comment };
        command.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            var clients = Server.Connect(terminal);
            if (clients.Refused)
                return terminal.Refuse(clients.Refusal);
            var feedback = new GiveFeedback(parsed.GetValue(request)!, parsed.GetValue(correct), parsed.GetValue(score), parsed.GetValue(comment));
            return terminal.Answer(await clients.Value.Gateway.Give(feedback, ct), taken => terminal.Say($"taken for {taken.RequestId}"));
        });
        return command;
    }
}
