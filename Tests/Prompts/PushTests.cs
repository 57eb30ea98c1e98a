using System.Net;
using System.Text;
using Dapper;
using LlmOps.Prompts;
using Npgsql;

namespace LlmOps.Tests.Prompts;

public sealed class PushTests(PromptsService service) : IClassFixture<PromptsService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private PromptsClient Engineer => service.Client(Role.Engineer);

    [Fact]
    public async Task A_pushed_version_is_there_with_its_bytes_its_author_and_an_audit_entry()
    {
        var push = PromptsService.Push("push", "1.0.0");

        var pushed = await Engineer.Push("plain", push, Ct);

        var found = await service.Client(Role.Viewer).Version("push", "plain", "1.0.0", Ct);
        Assert.Equal(push.Text, found.Value!.Text);
        Assert.Equal((ContentHash.OfText(push.Text), "engineer@local", "embedded/extractive"), (found.Value.Sha256, found.Value.Author, found.Value.Model));
        Assert.Equivalent(pushed.Value, found.Value);
        Assert.Contains((await service.Audit(Ct)).Entries, entry => entry is { Action: "push", Object: "prompt:push/plain@1.0.0", Actor: "engineer@local" } && entry.After == found.Value.Sha256);
    }

    [Fact]
    public async Task The_same_file_again_is_the_same_version_whoever_pushes_it()
    {
        var first = await Engineer.Push("again", PromptsService.Push("push", "1.0.0"), Ct);

        var again = await service.Client(Role.Lead).Push("again", PromptsService.Push("push", "1.0.0"), Ct);

        Assert.Equivalent(first.Value, again.Value);
        Assert.Single((await service.Audit(Ct)).Entries, entry => entry.Object == "prompt:push/again@1.0.0");
    }

    [Fact]
    public async Task Other_bytes_under_a_pushed_version_are_refused()
    {
        await Engineer.Push("other", PromptsService.Push("push", "1.0.0"), Ct);

        var other = await Engineer.Push("other", PromptsService.Push("push", "1.0.0", "Be long."), Ct);

        Assert.Equal((RefusalKind.Conflict, "version-exists"), (other.Refusal!.Kind, other.Refusal.Code));
    }

    [Fact]
    public async Task Many_pushes_of_one_version_at_once_leave_one_version()
    {
        var pushes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Engineer.Push("race", PromptsService.Push("push", "1.0.0", i % 2 == 0 ? "Be even." : "Be odd."), Ct)));

        Assert.Equal(3, pushes.Count(push => !push.Refused));
        Assert.All(pushes.Where(push => push.Refused), push => Assert.Equal("version-exists", push.Refusal!.Code));
    }

    [Fact]
    public async Task The_database_itself_keeps_a_version_as_it_is()
    {
        await Engineer.Push("kept", PromptsService.Push("push", "1.0.0"), Ct);
        await using var connection = await service.Database.Source.OpenConnectionAsync(Ct);

        await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("update prompt_versions set text = 'other' where name = 'kept'"));
        await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("delete from prompt_versions where name = 'kept'"));
    }

    [Fact]
    public async Task A_version_must_say_how_much_changed_since_the_one_below_it()
    {
        await Engineer.Push("bump", PromptsService.Push("push", "1.0.0"), Ct);
        await Engineer.Push("bump", PromptsService.Push("push", "2.0.0", more: "temperature: 0.5"), Ct);

        var tooSmall = await Engineer.Push("bump", PromptsService.Push("push", "1.0.1", more: "temperature: 0.7"), Ct);
        var enough = await Engineer.Push("bump", PromptsService.Push("push", "1.1.0", more: "temperature: 0.7"), Ct);

        Assert.Equal((RefusalKind.Invalid, "version-bump"), (tooSmall.Refusal!.Kind, tooSmall.Refusal.Code));
        Assert.Contains("1.0.0", tooSmall.Refusal.Detail);
        Assert.False(enough.Refused);
    }

    [Fact]
    public async Task A_broken_file_is_refused_with_its_line_and_leaves_no_prompt()
    {
        var broken = await Engineer.Push("broken", new PushPrompt("broken-app", "version: 1.0.0\nmodel: a/b\nsystem_promt: hello\n", null, null), Ct);

        Assert.Equal(RefusalKind.Invalid, broken.Refusal!.Kind);
        Assert.Contains("3", broken.Refusal.Detail);
        Assert.Empty((await Engineer.List("broken-app", Ct)).Value!);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/../b")]
    [InlineData("%2e%2e")]
    [InlineData("#frag")]
    [InlineData("x?x")]
    [InlineData("con")]
    [InlineData("CON")]
    [InlineData("guеst-agent")] // a Cyrillic е
    [InlineData("agent\u202E")]
    [InlineData("-rf")]
    public async Task A_name_that_is_not_safe_is_refused(string name)
    {
        var pushed = await Engineer.Push(name, PromptsService.Push("names", "1.0.0"), Ct);

        Assert.Contains(pushed.Refusal!.Kind, new[] { RefusalKind.Invalid, RefusalKind.NotFound });
        Assert.Empty((await Engineer.List("names", Ct)).Value!);
    }

    [Fact]
    public async Task A_name_of_4_kB_is_refused()
    {
        var pushed = await Engineer.Push(new string('a', 4096), PromptsService.Push("push", "1.0.0"), Ct);

        Assert.Equal("name-not-safe", pushed.Refusal!.Code);
    }

    [Fact]
    public async Task A_NUL_character_is_refused_with_its_offset()
    {
        var pushed = await Engineer.Push("with-nul", PromptsService.Push("push", "1.0.0") with { Changelog = "ab\0" }, Ct);

        Assert.Equal("nul-character", pushed.Refusal!.Code);
        Assert.Contains("offset 2", pushed.Refusal.Detail);
    }

    [Theory]
    [InlineData("{\"app\":\"push\",\"text\":\"\\ud800\"}")]
    [InlineData("{\"app\":\"push\",\"text\":")]
    public async Task Text_that_is_no_text_is_a_bad_request(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await service.As(Role.Engineer).PostAsync("/prompts/bad/versions", content, Ct);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("$.text", await answer.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task A_hidden_character_is_stored_exactly_and_found()
    {
        var push = PromptsService.Push("push", "1.0.0", "Be brief\u202E.");

        var pushed = await Engineer.Push("hidden", push, Ct);

        Assert.Equal(push.Text, pushed.Value!.Text);
        Assert.Contains(pushed.Value.Findings, finding => finding is { Rule: "hidden-character", Line: 5 });
    }

    [Fact]
    public async Task A_viewer_pushes_nothing()
    {
        var pushed = await service.Client(Role.Viewer).Push("viewer", PromptsService.Push("push", "1.0.0"), Ct);

        Assert.Equal(RefusalKind.Forbidden, pushed.Refusal!.Kind);
    }

    [Fact]
    public async Task A_key_of_one_app_sees_and_changes_nothing_of_another()
    {
        await Engineer.Push("elsewhere", PromptsService.Push("push", "1.0.0"), Ct);
        var narrow = service.LeadOfOneApp();

        var refusals = new[]
        {
            (await narrow.Version("push", "elsewhere", "1.0.0", Ct)).Refusal,
            (await narrow.Push("elsewhere", PromptsService.Push("push", "1.0.1"), Ct)).Refusal,
            (await narrow.List("push", Ct)).Refusal,
            (await narrow.Open(new OpenProposal("push", "elsewhere", "1.0.0", PromptsService.Bundle("x"), "t", null, null), Ct)).Refusal,
        };

        Assert.All(refusals, refusal => Assert.Equal(RefusalKind.NotFound, refusal!.Kind));
        Assert.Empty((await narrow.List(null, Ct)).Value!);
    }

    [Fact]
    public async Task A_list_names_versions_by_precedence()
    {
        foreach (var version in new[] { "1.9.0", "1.10.0", "1.10.0-rc.1" })
            await Engineer.Push("many", PromptsService.Push("listed", version, $"Be {version}."), Ct);

        var prompt = Assert.Single((await Engineer.List("listed", Ct)).Value!);

        Assert.Equal(["1.10.0", "1.10.0-rc.1", "1.9.0"], prompt.Versions);
        Assert.Equal("1.10.0", prompt.LatestVersion);
    }

    [Fact]
    public async Task A_diff_answers_the_changed_sections()
    {
        await Engineer.Push("diff", PromptsService.Push("push", "1.0.0"), Ct);
        await Engineer.Push("diff", PromptsService.Push("push", "1.0.1", "Be kind."), Ct);

        var diff = await service.As(Role.Viewer).GetStringAsync("/prompts/diff/diff?from=1.0.0&to=1.0.1", Ct);

        var read = Json.Read<LlmOps.Prompting.PromptDiff>(diff);
        Assert.Equal(["system"], read.Sections.Where(section => section.Changed).Select(section => section.Name));
    }
}
