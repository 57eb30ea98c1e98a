using System.Text.Json;

namespace LlmOps.Tests.Cli;

public sealed class PowerTests
{
    [Theory] // G14
    [InlineData("0.02", 310)]
    [InlineData("0.05", 773)]
    [InlineData("0.08", 1237)]
    [InlineData("0.10", 1546)]
    public async Task A_margin_of_two_points_needs_the_published_cases(string disagreement, long pairs)
    {
        var run = await Run("--margin", "0.02", "--disagreement", disagreement);

        Assert.Equal(pairs, Answer(run).GetProperty("pairs").GetInt64());
    }

    [Fact] // G15, E8
    public async Task A_number_of_cases_is_told_what_it_can_see()
    {
        var run = await Run("--cases", "150", "--margin", "0.02", "--disagreement", "0.1");

        Assert.Equal(0.132, Answer(run).GetProperty("chance").GetDouble(), 3);
        Assert.Equal(0.0642, Answer(run).GetProperty("detectable").GetDouble(), 4);
    }

    [Theory]
    [InlineData("--disagreement", "0.1")]
    [InlineData("--disagreement", "0.1", "--margin", "0")]
    [InlineData("--disagreement", "0.1", "--margin", "2")]
    [InlineData("--disagreement", "0.1", "--margin", "0.2")]
    [InlineData("--disagreement", "0", "--cases", "10")]
    [InlineData("--disagreement", "0.1", "--cases", "0")]
    [InlineData("--disagreement", "0.1", "--cases", "100", "--alpha", "0")]
    [InlineData("--disagreement", "0.1", "--cases", "100", "--power", "1")]
    [InlineData("--disagreement", "NaN", "--cases", "100")]
    public async Task What_cannot_be_planned_is_refused(params string[] arguments)
    {
        var run = await Run(arguments);

        Assert.Equal((1, "bad-usage"), (run.Exit, Answer(run).GetProperty("error").GetProperty("code").GetString()));
    }

    private static Task<Command> Run(params string[] arguments) => Command.Run(AppContext.BaseDirectory, ["power", .. arguments, "--json"]);

    private static JsonElement Answer(Command run) => Json.Read<JsonElement>(run.Out);
}
