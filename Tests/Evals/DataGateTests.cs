using System.Diagnostics;

namespace LlmOps.Tests.Evals;

public sealed class DataGateTests(EvalsService service) : IClassFixture<EvalsService>
{
    private const string Contract = """
        fields:
          id: { type: string, required: true }
          segment: { type: string, required: true, one_of: [hours] }
        """;

    private const string JsonContract = """{"properties": {"segment": {"enum": ["hours"]}}}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Contract, "golden.schema.yaml")]
    [InlineData(Contract, null)]
    [InlineData(JsonContract, "golden.schema.json")]
    public async Task Rows_that_break_their_contract_are_refused_with_their_lines(string contract, string? file)
    {
        var rows = EvalsService.Rows("a", "b") + "\n" + EvalsService.Rows("c").Replace("hours", "spa", StringComparison.Ordinal);

        var refused = await service.Client(Role.Engineer).PutDataset("golden", new("contract", rows, contract, file), Ct);

        Assert.Equal("contract-broken", refused.Refusal?.Code);
        Assert.Contains("golden.jsonl:3", refused.Refusal!.Detail, StringComparison.Ordinal);
        Assert.Empty((await service.Client(Role.Engineer).Datasets("contract", Ct)).Value!);
    }

    [Fact]
    public async Task The_first_violations_are_named_and_the_others_counted()
    {
        var rows = EvalsService.Rows([.. Enumerable.Range(0, 40).Select(n => $"c{n}")]).Replace("hours", "spa", StringComparison.Ordinal);

        var refused = await service.Client(Role.Engineer).PutDataset("golden", new("many", rows, Contract), Ct);

        Assert.Contains("40 places", refused.Refusal!.Detail, StringComparison.Ordinal);
        Assert.EndsWith("… and 30 more", refused.Refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fields: { id: { type: strin } }", "golden.schema.yaml")]
    [InlineData("{", "golden.schema.json")]
    public async Task A_contract_that_cannot_be_read_is_refused(string contract, string file)
    {
        var refused = await service.Client(Role.Engineer).PutDataset("golden", new("unreadable", EvalsService.Rows("a"), contract, file), Ct);

        Assert.Equal(RefusalKind.Invalid, refused.Refusal?.Kind);
        Assert.Contains(file, refused.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contract_that_is_changed_holds_for_rows_that_are_there()
    {
        var client = service.Client(Role.Engineer);
        await client.PutDataset("golden", new("stricter", EvalsService.Rows("a"), null), Ct);

        var broken = await client.PutDataset("golden", new("stricter", EvalsService.Rows("a"), Contract.Replace("hours", "spa", StringComparison.Ordinal)), Ct);
        var kept = await client.PutDataset("golden", new("stricter", EvalsService.Rows("a"), Contract), Ct);

        Assert.Equal("contract-broken", broken.Refusal?.Code);
        Assert.Equal(ContentHash.OfText(EvalsService.Rows("a")), kept.Value?.Sha256);
    }

    [Fact]
    public async Task Duplicates_personal_data_and_rows_of_other_sets_are_told_and_kept()
    {
        var client = service.Client(Role.Engineer);
        await client.PutDataset("training", new("told", EvalsService.Rows("the rooftop pool with its view over the old harbour"), null), Ct);
        var rows = string.Join('\n',
            EvalsService.Rows("the rooftop pool with its view over the old harbour"),
            """{"id": "a", "input": "Please write to anna.schmidt@example.org about the breakfast times", "expected": "yes"}""",
            """{"id": "b", "input": "Please write to anna.schmidt@example.org about the breakfast times", "expected": "yes"}""");

        await client.PutDataset("golden", new("told", rows, null), Ct);

        var check = (await client.Datasets("told", Ct)).Value!.Single(dataset => dataset.Name == "golden").Check!;
        Assert.Equal((1, 1, null), (check.Duplicates, check.Contaminated, check.Drift));
        Assert.Equal(2, check.Pii["EMAIL_ADDRESS"]);
        Assert.Contains(check.Warnings, warning => warning.Contains("training.jsonl", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Drift_against_the_version_before_is_told()
    {
        var client = service.Client(Role.Engineer);
        string Rows(string segment, string ids = "c") => string.Join('\n', Enumerable.Range(0, 300).Select(n =>
            $$"""{"id": "{{ids}}{{n}}", "input": "Question number {{n}} of a guest", "expected": "yes", "segment": "{{(n % 10 == 0 ? "hours" : segment)}}"}"""));
        await client.PutDataset("golden", new("drift", Rows("spa"), null), Ct);

        var alike = (await client.PutDataset("golden", new("drift", Rows("spa", ids: "d"), null), Ct)).Value!.Check!;
        var drifted = (await client.PutDataset("golden", new("drift", Rows("pool"), null), Ct)).Value!.Check!;

        Assert.NotEqual(Verdict.Fail, alike.Drift);
        Assert.Equal((Verdict.Fail, Verdict.Fail), (drifted.Drift, drifted.Verdict));
        Assert.Contains(drifted.Warnings, warning => warning.StartsWith("segment has drifted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_sample_is_pushed_without_a_violation_in_a_moment()
    {
        var golden = Path.Combine(Checkout.Sample, "datasets", "guest-golden");
        var put = new PutDataset("sample", await File.ReadAllTextAsync($"{golden}.jsonl", Ct), await File.ReadAllTextAsync($"{golden}.schema.yaml", Ct));
        var begun = Stopwatch.GetTimestamp();

        var view = await service.Client(Role.Engineer).PutDataset("guest-golden", put, Ct);

        Assert.NotNull(view.Value?.Check);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0} ms");
        Assert.Equal(0, view.Value.Check.Duplicates);
    }
}
