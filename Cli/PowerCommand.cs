using System.CommandLine;
using System.Globalization;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

public static class PowerCommand
{
    public static Command Build()
    {
        var margin = new Option<double?>("--margin") { Description = "The drop that must be ruled out, 0 to 1: 2 pp is 0.02." };
        var cases = new Option<long?>("--cases") { Description = "Cases that there are." };
        var disagreement = new Option<double>("--disagreement") { Description = "Share of cases on which baseline and candidate differ, 0 to 1.", Required = true };
        var alpha = new Option<double>("--alpha") { Description = "One-sided error rate.", DefaultValueFactory = _ => Policy.DefaultAlpha };
        var power = new Option<double>("--power") { Description = "Chance to decide when both are equally good.", DefaultValueFactory = _ => Power.Usual };
        var command = new Command("power", "How many paired cases a margin needs, or what a number of cases can tell. Needs --margin, --cases or both.") { margin, cases, disagreement, alpha, power };
        command.SetAction(parsed => Run(
            Terminal.Of(parsed), parsed.GetValue(margin), parsed.GetValue(cases), parsed.GetValue(disagreement), parsed.GetValue(alpha), parsed.GetValue(power)));
        return command;
    }

    private static int Run(Terminal terminal, double? margin, long? cases, double disagreement, double alpha, double power)
    {
        var problem = (margin, cases) switch
        {
            (null, null) => "Say --margin M to learn how many cases it needs, or --cases N to learn what they can tell.",
            (not null and not (> 0 and <= 1), _) => "--margin must lie above 0 and at most at 1: 2 pp is 0.02.",
            (_, <= 0 or > int.MaxValue) => "--cases must be a positive number.",
            _ when disagreement is not (> 0 and <= 1) => "--disagreement must lie above 0 and at most at 1: 10 % is 0.1.",
            _ when alpha is not (>= 0.0001 and <= 0.5) => "--alpha must lie between 0.0001 and 0.5.",
            _ when power is not (>= 0.5 and <= 0.999) => "--power must lie between 0.5 and 0.999.",
            (not null, _) when margin > disagreement => "--margin is greater than --disagreement: no candidate can lose more cases than it answers differently.",
            _ => null,
        };
        if (problem is not null)
            return terminal.Refuse(Refusal.Invalid("bad-usage", problem));

        long? pairs = margin is { } wanted ? Power.Pairs(wanted, disagreement, alpha, power) : null;
        double? detectable = cases is { } given ? Power.Detectable(given, disagreement, alpha, power) : null;
        double? chance = (margin, cases) is ({ } drop, { } n) ? Power.OfMcNemar((int)n, drop, disagreement, alpha) : null;
        terminal.Answer(new { pairs, detectable, chance }, () =>
        {
            if (pairs is not null)
                terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{pairs:N0} paired cases show with {power:P0} power that a drop of {100 * margin:0.##} pp is ruled out"));
            if (detectable is not null)
                terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{cases:N0} cases can rule out a drop of {100 * detectable:0.##} pp"));
            if (chance is not null)
                terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{cases:N0} cases notice a real drop of {100 * margin:0.##} pp with a chance of {100 * chance:0.#} %"));
        });
        return Exit.Done;
    }
}
