using System.Net;
using AngleSharp.Dom;

namespace LlmOps.Tests.Web;

public sealed class PageTests : IAsyncDisposable
{
    private const string Evil = "<script>alert(1)</script><img src=x onerror=alert(2)> [go](javascript:alert(3))";
    private readonly ConsoleHost console = new();

    private static readonly string Proposal = $"/proposals/{Hotel.Proposal}";

    public ValueTask DisposeAsync() => console.DisposeAsync();

    public static TheoryData<string, string> Pages => new()
    {
        { "/", "What needs you now" }, { "/prompts", "guest-agent" }, { "/prompts/hotel/guest-agent?version=1.1.0", "Answers every part" },
        { "/prompts/hotel/guest-agent/compare?from=1.0.0&to=1.1.0", "1.0.0 → 1.1.0" }, { "/proposals", "Answer every part of a question" }, { Proposal, "newly failing" },
        { "/releases", "143 of 200 requests" }, { "/releases/rel_01", "feedback_correct needs about 60 more" }, { "/evaluations", "guest-golden" },
        { $"/evaluations/{Hotel.Run}", "embedded/rubric" }, { "/costs", "23 unknown" }, { "/indexes", "markdown(max=120)" }, { "/audit", "intact" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_shows_what_the_services_hold(string path, string expected)
    {
        Hotel.MoveIn(console.Fakes);
        var browser = await console.As(Role.Lead);

        var page = await ConsoleHost.Open(browser, path);

        Assert.Contains(expected, page.QuerySelector("main")!.TextContent);
        Assert.Null(page.QuerySelector("main .note.away"));
        Assert.NotNull(page.QuerySelector("h1"));
        Assert.EndsWith("LlmOps", page.Title);
    }

    [Fact]
    public async Task A_run_shows_what_a_change_edits_of_its_own_judging_and_which_judge_nobody_may_rest_on()
    {
        Hotel.MoveIn(console.Fakes);
        console.Fakes.With($"evals runs/{Hotel.Run}/report", Hotel.Report with
        {
            Marks = [new("judges-itself", "the policy is not the one that is live.")], Judges = [new("accuracy", "embedded/rubric", "It was never held against human labels."), new("tone", "embedded/rubric", "No gate asks for it.")],
            Ratchet = [new("accuracy", null, 0.8, 0.9, "accuracy is surely at least 91 %: set its min to 0.9.")],
        });

        var page = await ConsoleHost.Open(await console.As(Role.Lead), $"/evaluations/{Hotel.Run}");

        Assert.Equal(["the policy is not the one that is live.", "It was never held against human labels."], page.QuerySelectorAll("main .note.away p").Select(note => note.LastChild!.TextContent.Trim()));
        Assert.Contains("set its min to 0.9", page.QuerySelector("main details")!.TextContent);
    }

    [Fact]
    public async Task A_first_release_shows_that_it_went_past_the_shadow_and_the_ladder()
    {
        Hotel.MoveIn(console.Fakes);
        console.Fakes.With($"releases releases/{Hotel.Release}", Hotel.Canary with
        {
            Phase = "live", Step = 2, Percent = 100, History = [new(1, "draft", -1, 0, "Opened.", Hotel.Noon), new(6, "live", 2, 100, "Approved; it is the first.", Hotel.Noon)],
        });

        var page = await ConsoleHost.Open(await console.As(Role.Lead), $"/releases/{Hotel.Release}");

        Assert.Equal(["shadow left out", "10 % left out", "50 % left out", "100 % now"], page.QuerySelectorAll(".ladder:not(.small) li").Select(rung => string.Join(' ', rung.QuerySelectorAll("span").Select(span => span.TextContent))));
    }

    [Theory]
    [InlineData("/", "./llmops demo --fast")]
    [InlineData("/prompts", "./llmops push")]
    [InlineData("/proposals", "./llmops proposal")]
    [InlineData("/releases", "./llmops release")]
    [InlineData("/evaluations", "./llmops bundle evaluate")]
    [InlineData("/costs", "./llmops demo")]
    [InlineData("/indexes", "./llmops push")]
    public async Task A_page_without_data_says_what_is_missing_and_gives_one_command(string path, string command)
    {
        foreach (var call in new[] { "prompts prompts?app=", "prompts proposals?app=", "releases releases?app=", "releases routes", "evals runs?app=&bundle=", "costs costs/bundles?app=", "indexes index-versions?app=" })
            console.Fakes.With(call, Array.Empty<string>());
        var browser = await console.As(Role.Viewer);

        var page = await ConsoleHost.Open(browser, path);

        Assert.StartsWith(command, Assert.Single(page.QuerySelectorAll(".empty .command code")).TextContent);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_whose_services_are_away_says_so_in_a_sentence(string path, string _)
    {
        var browser = await console.As(Role.Lead);
        console.Fakes.AllAway = true;

        var page = await ConsoleHost.Open(browser, path);

        Assert.Contains("cannot be reached", page.QuerySelector("main .note.away")!.TextContent);
        Assert.DoesNotContain("   at ", page.DocumentElement.TextContent);
    }

    [Fact]
    public async Task Text_of_others_is_inert()
    {
        Hotel.MoveIn(console.Fakes);
        console.Fakes.With("prompts prompts/guest-agent/versions/1.1.0?app=hotel", Hotel.Version("1.1.0", $"version: 1.1.0\nmodel: m\nsystem_prompt: '{Evil}'", new Finding("p", 3, "r", FindingLevel.Warning, Evil)))
            .With($"prompts proposals/{Hotel.Proposal}", Hotel.Proposed() with { Title = Evil, Description = Evil, Reviews = [new("x", Role.Lead, ReviewDecision.Comment, "b", Evil, Hotel.Noon)] })
            .With($"evals runs/{Hotel.Run}/changes", new[] { new CaseChange(Evil, Evil, Evil, Hotel.Case(Evil, true), Hotel.Case(Evil, false, Evil)) })
            .With("releases releases/rel_01", Hotel.Canary with { Label = Evil, Waiting = Evil, Reason = Evil });
        var browser = await console.As(Role.Lead);

        foreach (var path in new[] { "/prompts/hotel/guest-agent?version=1.1.0", "/prompts/hotel/guest-agent/compare?from=1.0.0&to=1.1.0", Proposal, $"/evaluations/{Hotel.Run}", "/releases/rel_01" })
        {
            var page = await ConsoleHost.Open(browser, path);

            Assert.Contains("alert(1)", page.QuerySelector("main")!.TextContent);
            Assert.Empty(page.QuerySelectorAll("img, [onerror], a[href^=javascript], main script, script:not([src])"));
        }
    }

    [Fact]
    public async Task A_hidden_character_in_a_prompt_is_named()
    {
        Hotel.MoveIn(console.Fakes);
        console.Fakes.With("prompts prompts/guest-agent/versions/1.1.0?app=hotel", Hotel.Version("1.1.0", "version: 1.1.0\nmodel: m\nsystem_prompt: be ki\u200Bnd"));
        var browser = await console.As(Role.Viewer);

        var page = await ConsoleHost.Open(browser, "/prompts/hotel/guest-agent?version=1.1.0");

        Assert.Equal("U+200B", page.QuerySelector(".hiddenchar")!.TextContent);
    }

    [Fact]
    public async Task The_author_sees_the_reason_where_others_see_the_approve_button()
    {
        Hotel.MoveIn(console.Fakes);
        console.Fakes.With($"prompts proposals/{Hotel.Proposal}", Hotel.Proposed(author: "lead@local"));

        var authors = await ConsoleHost.Open(await console.As(Role.Lead), Proposal);
        var others = await ConsoleHost.Open(await console.As(Role.Product), Proposal);
        var engineers = await ConsoleHost.Open(await console.As(Role.Engineer), Proposal);

        Assert.Null(authors.QuerySelector("button[value=Approve]"));
        Assert.Contains("nobody approves their own", authors.QuerySelector("aside")!.TextContent);
        Assert.NotNull(others.QuerySelector("button[value=Approve]"));
        Assert.Null(engineers.QuerySelector("button[value=Approve]"));
        Assert.Contains("does not approve", engineers.QuerySelector("aside")!.TextContent);
    }

    [Fact]
    public async Task An_approval_goes_to_the_service_as_the_person_for_the_bundle_that_was_shown()
    {
        Hotel.MoveIn(console.Fakes);
        console.Fakes.With($"prompts proposals/{Hotel.Proposal}/reviews", Hotel.Proposed());
        var browser = await console.As(Role.Lead);

        await ConsoleHost.Post(browser, Proposal, "review", ("decision", "Approve"), ("comment", ""));

        var (call, key, body) = Assert.Single(console.Fakes.Changes);
        Assert.Equal($"POST prompts proposals/{Hotel.Proposal}/reviews", call);
        Assert.Equal(ApiKey.Local(Role.Lead, console.Secret).Reveal(), key);
        Assert.Equal(new ReviewProposal(ReviewDecision.Approve, Hotel.Candidate, null), Json.Read<ReviewProposal>(body));
    }

    [Fact]
    public async Task A_refused_review_shows_the_services_own_sentence_and_keeps_the_comment()
    {
        Hotel.MoveIn(console.Fakes);
        console.Fakes.Refusing($"prompts proposals/{Hotel.Proposal}/reviews", HttpStatusCode.Conflict, "bundle-changed", "This review is of another bundle. Read it again.");
        var browser = await console.As(Role.Lead);

        var page = await ConsoleHost.Read(await ConsoleHost.Post(browser, Proposal, "review", ("decision", "RequestChanges"), ("comment", "Too long.")));

        Assert.Contains("This review is of another bundle. Read it again.", page.QuerySelector("[role=alert]")!.TextContent);
        Assert.Equal("Too long.", page.QuerySelector("textarea")!.TextContent);
    }

    [Fact]
    public async Task Promoting_needs_the_name_of_the_route_typed_out()
    {
        Hotel.MoveIn(console.Fakes);
        console.Fakes.With("releases releases/rel_01/promote", Hotel.Canary);
        var browser = await console.As(Role.Lead);

        var refused = await ConsoleHost.Read(await ConsoleHost.Post(browser, "/releases/rel_01", "move", ("action", "promote"), ("reason", "it is fine"), ("confirm", "hotel")));
        Assert.Contains("hotel-guest", refused.QuerySelector("[role=alert]")!.TextContent);
        Assert.Empty(console.Fakes.Changes);

        await ConsoleHost.Post(browser, "/releases/rel_01", "move", ("action", "promote"), ("reason", "it is fine"), ("confirm", "hotel-guest"));
        Assert.Equal("POST releases releases/rel_01/promote", Assert.Single(console.Fakes.Changes).Call);
    }

    [Fact]
    public async Task Aborting_is_one_click_with_a_reason()
    {
        Hotel.MoveIn(console.Fakes);
        console.Fakes.With("releases releases/rel_01/abort", Hotel.Canary);
        var browser = await console.As(Role.Operator);

        await ConsoleHost.Post(browser, "/releases/rel_01", "move", ("action", "abort"), ("reason", "guests complain"));

        var (call, _, body) = Assert.Single(console.Fakes.Changes);
        Assert.Equal("POST releases releases/rel_01/abort", call);
        Assert.Equal(new ReleaseAction("guests complain"), Json.Read<ReleaseAction>(body));
    }

    [Fact]
    public async Task A_long_id_in_a_sentence_is_shortened_and_a_run_is_linked()
    {
        var run = "run_" + new string('a', 64);
        Hotel.MoveIn(console.Fakes);
        console.Fakes.With("releases releases/rel_01", Hotel.Canary with { Waiting = $"Evaluation {run} compares it with {Hotel.Live}." });

        var waiting = (await ConsoleHost.Open(await console.As(Role.Viewer), "/releases/rel_01")).QuerySelector(".waiting")!;

        Assert.Equal("Evaluation run_aaaaaaaa… compares it with b_1111111111….", waiting.TextContent.Trim());
        Assert.Equal($"/evaluations/{run}", waiting.QuerySelector("a")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("live", "Roll back")]
    [InlineData("awaiting-approval", "Approve, Pause, Reject, Abort")]
    [InlineData("paused", "Resume, Abort")]
    [InlineData("rejected", "")]
    public async Task A_release_offers_the_moves_of_its_phase(string phase, string moves)
    {
        Hotel.MoveIn(console.Fakes);
        console.Fakes.With("releases releases/rel_01", Hotel.Canary with { Phase = phase });

        var page = await ConsoleHost.Open(await console.As(Role.Lead), "/releases/rel_01");

        Assert.Equal(moves, string.Join(", ", page.QuerySelectorAll(".moves > .buttons button").Select(button => button.TextContent.Trim())));
    }

    [Fact]
    public async Task A_viewer_is_offered_no_move()
    {
        Hotel.MoveIn(console.Fakes);

        var page = await ConsoleHost.Open(await console.As(Role.Viewer), "/releases/rel_01");

        Assert.Empty(page.QuerySelectorAll("button[name=action]"));
    }

    [Fact]
    public async Task No_data_is_not_zero_and_an_unknown_price_is_not_free()
    {
        Hotel.MoveIn(console.Fakes);
        var browser = await console.As(Role.Viewer);

        var shadow = (await ConsoleHost.Open(browser, "/releases/rel_01")).QuerySelectorAll("tbody tr").Single(row => row.QuerySelector("th")?.TextContent == "shadow");
        var eval = (await ConsoleHost.Open(browser, "/costs")).QuerySelectorAll("tbody tr").Single(row => row.TextContent.Contains("eval"));

        Assert.Equal(["0", "no data", "no data", "0", "no data", "no data"], shadow.QuerySelectorAll("td").Select(cell => cell.TextContent.Trim()));
        Assert.DoesNotContain("USD", eval.TextContent);
        Assert.Contains("20 unknown", eval.TextContent);
    }

    [Fact]
    public async Task An_altered_audit_entry_breaks_the_chain_on_the_page()
    {
        Hotel.MoveIn(console.Fakes);
        var chain = Hotel.Chain("prompts", "push", "review", "approve");
        var altered = chain with { Entries = [chain.Entries[0], chain.Entries[1] with { Actor = "someone else" }, chain.Entries[2]] };
        console.Fakes.With("prompts audit?after=0&max=5000", altered).With("prompts audit?after=0&max=50", altered);

        var page = await ConsoleHost.Open(await console.As(Role.Auditor), "/audit");

        Assert.Contains("broken at 2: altered", page.QuerySelector(".chains .badge.bad")!.TextContent);
        Assert.Equal(4, page.QuerySelectorAll(".chains .badge.good").Length);
    }

    [Fact]
    public async Task Who_may_not_read_the_audit_is_told_so()
    {
        var page = await ConsoleHost.Open(await console.As(Role.Engineer), "/audit");

        Assert.Contains("does not read the audit", page.QuerySelector("main")!.TextContent);
    }

    [Theory]
    [InlineData("/nothing/here")]
    [InlineData("/releases/rel_99")]
    [InlineData("/prompts/hotel/nobody")]
    public async Task What_is_not_there_is_a_page_with_404(string path)
    {
        Hotel.MoveIn(console.Fakes);
        var browser = await console.As(Role.Viewer);

        var answer = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.NotNull((await ConsoleHost.Read(answer)).QuerySelector("nav a[href='/prompts']"));
    }
}
