namespace LlmOps.Tests.Web;

/// <summary>A hotel's guest agent in the middle of its work: one live version, one in review, one canary, with the records the services would send.</summary>
public static class Hotel
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    public static readonly Guid Proposal = Guid.Parse("0193a000-0000-7000-8000-000000000001");
    public const string Release = "rel_01";
    public const string Run = "run_5d1f0a3c";
    public static readonly string Live = "b_" + new string('1', 64);
    public static readonly string Candidate = "b_" + new string('2', 64);

    public static PromptView Prompt { get; } = new("hotel", "guest-agent", "1.2.0", new Dictionary<string, string> { ["production"] = "1.0.0" }, ["1.0.0", "1.1.0", "1.2.0"], 1, Noon);

    public static PromptVersionView Version(string version, string? text = null, params Finding[] findings) => new(
        "hotel", "guest-agent", version, ContentHash.OfText(version), text ?? File.ReadAllText(Path.Combine(Checkout.Sample, "versions", $"guest-agent-{version}.yaml")),
        "embedded/extractive", "engineer@local", "4f2c9be01d77aa", null, ["Answers every part of a question instead of the first one only."], findings, Noon);

    public static ProposalView Proposed(string author = "engineer@local") => new(
        Proposal, "hotel", "prompt", "guest-agent", "1.1.0", "1.0.0", Candidate, "Answer every part of a question", "Guests ask two things at once and got one answer.", Run, author,
        ProposalState.Open, [new("product@local", Role.Product, ReviewDecision.Comment, Candidate, "Reads well. What about late arrivals?", Noon.AddMinutes(4))],
        [new("guest-agent@1.1.0", 24, "long-prompt", FindingLevel.Note, "The system prompt has 31 lines; the policy suggests at most 40.")], Noon, Noon.AddDays(7));

    public static IReadOnlyList<GateResult> Gates { get; } =
    [
        new("accuracy", null, 200, 0.71, 0.86, 15, "pp", new(9.8, 20.1), 5, "tango", Verdict.Pass, true, 4.1, null, "accuracy is +15 pp (9.8 to 20.1); allowed is at most 5 pp less than the baseline."),
        new("accuracy", "edge", 50, 0.62, 0.60, -2, "pp", new(-17.5, 13.4), 15, "tango", Verdict.Inconclusive, false, 12.6, 140, "accuracy is -2 pp (-17.5 to 13.4); 50 cases cannot tell whether that is at most 15 pp less than the baseline. About 140 more cases would decide it."),
        new("error_rate", null, 200, 0, 0.005, 0.5, "pp", new(-1.2, 2.8), 5, "tango", Verdict.Pass, true, 2.1, null, "error_rate is +0.5 pp (-1.2 to 2.8); allowed is at most 5 pp more than the baseline."),
        new("latency_p95_ms", null, 200, 41, 66, 61, "%", new(22, 104), 15, "bootstrap", Verdict.Fail, true, 20, null, "latency_p95_ms is +61 % (22 to 104); allowed is only at most 15 % more than the baseline."),
        new("cost_per_1k_usd", null, 200, 0.021, 0.023, 9.5, "%", null, 10, "point", Verdict.Pass, true, null, null, "cost_per_1k_usd is +9.5 %; allowed is at most 10 % more than the baseline."),
        new("groundedness", null, 0, null, null, null, "pp", null, 3, "none", Verdict.Inconclusive, true, null, null, "No case has groundedness."),
    ];

    public static RunView Finished { get; } = new(
        Run, "hotel", "guest-agent", Candidate, Live, "guest-golden", ContentHash.OfText("data"), ContentHash.OfText("policy"), RunState.Finished, 400, 400, Verdict.Fail, Gates,
        "engineer@local", Noon.AddMinutes(-8), Noon.AddMinutes(-6), null);

    public static CaseResult Case(string output, bool passed, string? error = null) =>
        new("late-check-out-07", "facilities", output, new Dictionary<string, double> { ["accuracy"] = passed ? 1 : 0 }, passed, error, 31, 0.00002m, []);

    public static IReadOnlyList<CaseChange> Changed { get; } =
    [
        new("late-check-out-07", "facilities", "How late may I check out, and what does it cost?", Case("Until 14:00 for 30 EUR.", true), Case("Until 14:00.", false)),
        new("dogs-02", "edge", "May my dog come to breakfast?", Case("I do not know that, please ask the front desk.", false), Case("Dogs stay outside the breakfast room.", true)),
        new("pool-11", null, "Is the pool open at 6?", null, Case("", false, "the model did not answer in 30 s")),
    ];

    public static EvalReport Report { get; } = new(
        1, Candidate, new("guest-golden", ContentHash.OfText("data"), 200), new(Live), Verdict.Fail, Gates, new(22, 66, null, null, 0), new(0.0046m, null, 3), new(81_230, 12_410),
        [new("all", 200, 1, new Dictionary<string, double> { ["accuracy"] = 0.86, ["groundedness"] = 0.97 }), new("edge", 50, 0, new Dictionary<string, double> { ["accuracy"] = 0.6 })],
        [], "embedded/rubric", 1, Noon, 94_000);

    public static ReleaseView Canary { get; } = new(
        Release, "hotel", "hotel-guest", "production", Candidate, "extractive/1/v1.1.0", Live, "extractive/1/v1.0.0", "canary", 0, [10, 50, 100], 10,
        "Stands at 10 %: 143 of 200 requests have come, and feedback_correct needs about 60 more.", "Answers every part of a question.", "engineer@local", Run, 7, Noon, Noon.AddMinutes(9),
        [new("stable", 1288, 13, 402, 311, 24.1), new("canary", 143, 0, 41, 37, 31.8), new("shadow", 0, 0, 0, 0, 0)],
        [new("error_rate", null, 143, 0.0101, 0, -1.01, "pp", new(-3.4, 1.9), 5, "always-valid", Verdict.Pass, true, 4, null, "error_rate is -1.01 pp (-3.4 to 1.9); allowed is at most 5 pp more."),
         new("feedback_correct", null, 41, 0.774, 0.902, 12.9, "pp", new(-21, 38), 20, "always-valid", Verdict.Inconclusive, true, 31, 60, "feedback_correct is +12.9 pp (-21 to 38); 41 answers cannot tell yet.")],
        [new("lead@local", Role.Lead, $"proposal:{Proposal}", Noon.AddMinutes(5))],
        [new(1, "draft", -1, 0, "Opened by engineer@local.", Noon), new(4, "awaiting-approval", -1, 0, "The run passed; one approval is needed.", Noon.AddMinutes(2)),
         new(5, "shadowing", -1, 0, "Approved by lead@local.", Noon.AddMinutes(5)), new(7, "canary", 0, 10, "The shadow soaked for 3 s without an error.", Noon.AddMinutes(9))]);

    public static ReleaseView TakenBack { get; } = Canary with
    {
        Id = "rel_02", Label = "extractive/1/v1.3.0", Phase = "rolled-back", Percent = 0, Waiting = "Rolled back: feedback_correct fell by 31 pp (-44 to -20), the policy allows 20.",
        History = [.. Canary.History, new(9, "rolled-back", 0, 0, "feedback_correct fell by 31 pp.", Noon.AddMinutes(12))],
    };

    public static BundleView Bundle { get; } = new(
        Candidate, "hotel", "extractive/1/v1.1.0", new("hotel", new("embedded", "extractive", "1"), 0, 300, new("guest-agent", "1.1.0", ContentHash.OfText("1.1.0")), [],
        new("handbook", "ix_" + new string('a', 64), 8), ["injection"], "embedded/rubric", ContentHash.OfText("book"), new("demo", ContentHash.OfText("policy"))), "engineer@local", Noon);

    public static IReadOnlyList<BundleCost> Costs { get; } =
    [
        new("hotel", Live, "extractive/1/v1.0.0", "stable", 1288, 13, new(412_003, 1_200, 0, 0, 60_112, 0), 0.031221m, 0, 0),
        new("hotel", Candidate, "extractive/1/v1.1.0", "canary", 143, 0, new(47_810, 0, 0, 0, 7_002, 0), 0.0036m, 3, 2),
        new("hotel", Candidate, "gpt-4o/2024-11-20/v1.1.0", "eval", 20, 20, new(9_120, 0, 0, 0, 1_004, 310), 0, 20, 0),
    ];

    public static IReadOnlyList<IndexVersionView> Indexes { get; } =
    [
        new("ix_" + new string('a', 64), "hotel", "handbook", IndexState.Ready, "markdown(max=120)", "embedded/lexical-384", ContentHash.OfText("corpus"), 46, 312, 18, 294, Noon, Noon.AddSeconds(2), null),
        new("ix_" + new string('b', 64), "hotel", "handbook", IndexState.Failed, "fixed(size=200)", "embedded/lexical-384", ContentHash.OfText("corpus"), 46, 0, 0, 0, Noon, null, "The embedder did not answer."),
    ];

    /// <summary>A chain of entries as a service keeps it, linked.</summary>
    public static AuditPage Chain(string service, params string[] actions)
    {
        var entries = new List<AuditEntry>();
        foreach (var action in actions)
            entries.Add(AuditChain.Link(new(entries.Count + 1, Noon.AddMinutes(entries.Count), "lead@local", Role.Lead, action, "prompt:guest-agent@1.1.0", null, ContentHash.OfText(action), "because it is better", null, "", ""), entries.LastOrDefault()?.Hash ?? AuditChain.Genesis));
        return new(service, entries, entries.Count, entries.LastOrDefault()?.Hash ?? AuditChain.Genesis);
    }

    /// <summary>All of it, at the addresses where the console asks.</summary>
    public static void MoveIn(FakeServices services)
    {
        services.With<PromptView[]>("prompts prompts?app=", [Prompt]).With<PromptView[]>("prompts prompts?app=hotel", [Prompt]);
        foreach (var version in Prompt.Versions)
            services.With($"prompts prompts/guest-agent/versions/{version}?app=hotel", Version(version));
        services.With<ProposalView[]>("prompts proposals?app=", [Proposed()]).With($"prompts proposals/{Proposal}", Proposed())
            .With<ReleaseView[]>("releases releases?app=", [Canary, TakenBack]).With($"releases releases/{Release}", Canary).With("releases releases/rel_02", TakenBack)
            .With($"releases bundles/{Candidate}", Bundle)
            .With<RouteView[]>("releases routes", [new("hotel", "hotel-guest", "production", Live, "extractive/1/v1.0.0", null, new(Release, Candidate, 10, 0), null, false)])
            .With<RunView[]>("evals runs?app=&bundle=", [Finished]).With($"evals runs/{Run}", Finished).With($"evals runs/{Run}/changes", Changed).With($"evals runs/{Run}/report", Report)
            .With("costs costs/bundles?app=", Costs).With("costs price-book", new PriceBookView(ContentHash.OfText("book"), "")).With("indexes index-versions?app=", Indexes);
        foreach (var service in AuditClient.Services)
        {
            var chain = service is "costs" ? Chain(service) : Chain(service, "push", "review", "approve");
            services.With($"{service} audit?after=0&max=5000", chain).With($"{service} audit?after=0&max=50", chain);
        }
    }
}
