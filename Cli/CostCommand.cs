using System.CommandLine;
using LlmOps.Pricing;

namespace LlmOps.Cli;

public static class CostCommand
{
    public static Command Build() => new("cost", "What inferences cost, and what a change would cost.") { Estimation(), Bundles() };

    private static Command Estimation()
    {
        var model = new Option<string>("--model") { Description = "As the price book names it.", Required = true };
        var requests = new Option<long>("--requests") { Description = "Requests per month.", Required = true };
        var input = new Option<long>("--input") { Description = "Input tokens per request.", DefaultValueFactory = _ => Pricing.Estimate.DefaultInput };
        var output = new Option<long>("--output") { Description = "Output tokens per request.", DefaultValueFactory = _ => Pricing.Estimate.DefaultOutput };
        var command = new Command("estimate", "Monthly cost of a model, without a server.") { model, requests, input, output };
        command.SetAction(parsed =>
        {
            var terminal = Terminal.Of(parsed);
            var estimate = Pricing.Estimate.Monthly(
                PriceBook.BuiltIn, parsed.GetValue(model)!, parsed.GetValue(requests), TimeProvider.System.GetUtcNow(), parsed.GetValue(input), parsed.GetValue(output));
            return terminal.Answer(estimate, cost => terminal.Say($"{cost.TotalMonthlyCost:0.00} USD a month ({cost.MonthlyInputCost:0.00} input + {cost.MonthlyOutputCost:0.00} output), {cost.CostPerRequest:0.000000} a request"));
        });
        return command;
    }

    private static Command Bundles()
    {
        var app = new Option<string?>("--app") { Description = "One application; all when left out." };
        var command = new Command("bundles", "What each bundle has cost on each arm, from the ledger.") { app };
        command.SetAction(async (parsed, ct) =>
        {
            var terminal = Terminal.Of(parsed);
            var clients = Server.Connect(terminal);
            if (clients.Refused)
                return terminal.Refuse(clients.Refusal);
            return terminal.Answer(await clients.Value.Costs.Bundles(parsed.GetValue(app), ct), costs =>
            {
                foreach (var cost in costs)
                    terminal.Say($"{cost.App,-16} {cost.Label,-22} {cost.Arm,-7} {cost.Inferences,7} calls {cost.Tokens.Input + cost.Tokens.Output,10} tokens {cost.Usd,12:0.000000} USD{(cost.Unknown > 0 ? $" + {cost.Unknown} without a price" : "")}");
            });
        });
        return command;
    }
}
