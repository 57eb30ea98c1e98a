using LlmOps.Cli;
using LlmOps.Evaluation;
using LlmOps.Tests.Evaluation;

namespace LlmOps.Tests.Evals;

/// <summary>What a push brings to Evals; the other services are stood in for.</summary>
public sealed class PushTests(EvalsService service) : IClassFixture<EvalsService>, IDisposable
{
    private static readonly JudgeCalibration Calibration = JudgeTrustTests.Calibrated(48, 2);

    private readonly string folder = Directory.CreateTempSubdirectory("llmops-app-").FullName;
    private readonly List<string> said = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_push_holds_rows_to_a_json_schema_beside_them()
    {
        Write("pushed", """{"properties": {"segment": {"enum": ["spa"]}}}""");

        var pushed = await Run();

        Assert.Equal("contract-broken", pushed.Refusal?.Code);
        Assert.Contains("golden.jsonl:1", pushed.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_push_brings_the_calibrations_and_tells_what_the_data_gate_found()
    {
        Write("judged", """{"properties": {"segment": {"enum": ["hours"]}}}""");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "calibrations")).FullName, "tone.json"), Json.Write(Calibration));

        var pushed = await Run();

        Assert.Equal("judged", pushed.Value?.App);
        Assert.Equal(Calibration.JudgeId, Assert.Single((await service.Client(Role.Viewer).Calibrations("judged", Ct)).Value!).Judge);
        Assert.Contains(said, line => line.StartsWith("dataset golden", StringComparison.Ordinal) && line.Contains("data pass: 1 exact", StringComparison.Ordinal) && line.Contains("EMAIL_ADDRESS in 2", StringComparison.Ordinal));
        Assert.Contains(said, line => line.Contains("warning: ", StringComparison.Ordinal));
        Assert.Contains(said, line => line == "judge embedded/rubric, tone: calibration pass");
    }

    [Fact]
    public async Task A_calibration_that_cannot_be_read_stops_the_push()
    {
        Write("broken", "{}");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "calibrations")).FullName, "tone.json"), "oops");

        Assert.Equal("bad-calibration", (await Run()).Refusal?.Code);
    }

    private void Write(string app, string schema)
    {
        foreach (var (file, text) in new[]
        {
            ("llmops.yaml", $"app: {app}\nroute: {app}\nprompt: prompts/agent.yaml\nsuite: suites/guest.yaml\npolicy: policies/release.yaml\n"),
            ("prompts/agent.yaml", "version: 1.0.0\nmodel: embedded/extractive\nsystem_prompt: Answer.\n"), ("policies/release.yaml", EvalsService.Policy), ("suites/guest.yaml", EvalsService.Suite),
            ("datasets/golden.jsonl", string.Join('\n', new[] { "a", "b" }.Select(id => $$"""{"id": "{{id}}", "input": "Please write to anna.schmidt@example.org about breakfast", "expected": "yes", "segment": "hours"}"""))),
            ("datasets/golden.schema.json", schema),
        })
        {
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }

    private async Task<Result<Pushed>> Run()
    {
        var app = new AppFolder(folder);
        using var http = new HttpClient(new StubHttp(Answer)) { BaseAddress = new Uri("http://web/") };
        var clients = new Clients(http, http);
        return await Push.Run(app, app.App().Value ?? throw new InvalidOperationException(app.App().Refusal!.Detail), clients, clients, promptText: null, said.Add, Ct);
    }

    private async Task<HttpResponseMessage> Answer(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath.TrimStart('/');
        switch (path.Split('/')[0])
        {
            case "policies":
                return StubHttp.Json(new PolicyView("app", "release", new string('a', 64), "", "engineer@local", default));
            case "apps":
                return StubHttp.Json(new AppView(path.Split('/')[1], "route", "guest", "release"));
            case "prompts":
                return StubHttp.Json(new PromptVersionView("app", "agent", "1.0.0", new string('a', 64), "", "embedded/extractive", "engineer@local", null, null, [], [], default));
            default:
                using (var evals = service.As(Role.Engineer))
                    return await evals.SendAsync(new HttpRequestMessage(request.Method, path) { Content = request.Content }, Ct);
        }
    }
}
