using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace LlmOps.Tests.Prompts;

public sealed class LabelTests(PromptsService service) : IClassFixture<PromptsService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private PromptsClient Engineer => service.Client(Role.Engineer);

    [Fact]
    public async Task A_release_moves_a_label_and_the_move_is_audited()
    {
        await PushTwo("moved");

        await Move("moved", "1.0.0");
        var prompt = await Move("moved", "1.0.1");
        await Move("moved", "1.0.1");

        Assert.Equal("1.0.1", prompt.Value!.Labels["production"]);
        var moves = (await service.Audit(Ct)).Entries.Where(entry => entry is { Action: "move-label", Object: "prompt:labels/moved#production" }).ToList();
        Assert.Equal([(null, "1.0.0"), ("1.0.0", "1.0.1")], moves.Select(move => (move.Before, move.After)));
        Assert.All(moves, move => Assert.Equal("service:releases", move.Actor));
    }

    [Theory]
    [InlineData(Role.Engineer)]
    [InlineData(Role.Lead)]
    [InlineData(Role.Operator)]
    [InlineData(Role.Admin)]
    public async Task A_person_moves_no_label(Role role)
    {
        await PushTwo("held");

        var moved = await service.Client(role).MoveLabel("held", "production", new MoveLabel("labels", "1.0.0", "rel_1"), Ct);

        Assert.Equal((RefusalKind.Forbidden, "label-moves-by-release"), (moved.Refusal!.Kind, moved.Refusal.Code));
        Assert.Equal(HttpStatusCode.NotFound, (await service.As(Role.Viewer).GetAsync("/prompts/held?label=production", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_label_points_at_nothing_that_was_not_pushed()
    {
        await PushTwo("known");

        var moved = await Move("known", "9.9.9");

        Assert.Equal("version-not-found", moved.Refusal!.Code);
    }

    [Fact]
    public async Task A_label_is_read_once_and_then_confirmed_by_its_tag()
    {
        await PushTwo("tagged");
        await Move("tagged", "1.0.0");
        var viewer = service.As(Role.Viewer);

        var first = await viewer.GetAsync("/prompts/tagged?label=production", Ct);
        var held = await viewer.SendAsync(Asking("/prompts/tagged?label=production", first.Headers.ETag!), Ct);
        await Move("tagged", "1.0.1");
        var next = await viewer.SendAsync(Asking("/prompts/tagged?label=production", first.Headers.ETag!), Ct);

        Assert.Equal("1.0.0", (await first.Content.ReadFromJsonAsync<PromptVersionView>(Json.Options, Ct))!.Version);
        Assert.Equal((HttpStatusCode.NotModified, first.Headers.ETag), (held.StatusCode, held.Headers.ETag));
        Assert.Empty(await held.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal("1.0.1", (await next.Content.ReadFromJsonAsync<PromptVersionView>(Json.Options, Ct))!.Version);
        Assert.NotNull(first.Headers.CacheControl!.MaxAge);
        Assert.Contains("stale-while-revalidate=", first.Headers.CacheControl.ToString());
    }

    [Theory]
    [InlineData("/prompts/named?label=nowhere")]
    [InlineData("/prompts/nothing?label=production")]
    [InlineData("/prompts/named/versions/9.9.9")]
    [InlineData("/prompts/named/versions/new%0Aest")]
    [InlineData("/prompts/named/diff?from=1.0.0&to=1.0.2%00")]
    public async Task What_is_unknown_is_not_found(string path)
    {
        await PushTwo("named");

        var answer = await service.As(Role.Viewer).GetAsync(path, Ct);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("/prompts?app=%00")]
    [InlineData("/prompts/named?label=%00")]
    [InlineData("/prompts/named?app=a%2Fb")]
    [InlineData("/proposals?app=%00")]
    public async Task What_cannot_be_a_name_is_a_bad_request(string path)
    {
        await PushTwo("named");

        var answer = await service.As(Role.Viewer).GetAsync(path, Ct);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_name_that_two_apps_use_needs_its_app()
    {
        await Engineer.Push("shared", PromptsService.Push("labels", "1.0.0"), Ct);
        await Engineer.Push("shared", PromptsService.Push(PromptsService.OneApp, "1.0.0"), Ct);

        var both = await service.As(Role.Viewer).GetAsync("/prompts/shared/versions/1.0.0", Ct);
        var one = await service.LeadOfOneApp().Version("", "shared", "1.0.0", Ct);

        Assert.Equal("app-needed", (await both.Content.ReadFromJsonAsync<Problem>(Json.Options, Ct))!.Type![Problem.TypePrefix.Length..]);
        Assert.Equal(PromptsService.OneApp, one.Value!.App);
    }

    [Fact]
    public async Task The_description_names_every_route()
    {
        var description = await service.As(Role.Viewer).GetStringAsync("/openapi/v1.json", Ct);

        Assert.All(["/prompts/{name}/versions", "/prompts/{name}/labels/{label}", "/prompts/{name}/diff", "/lint-policies", "/proposals/{id}/reviews", "/proposals/approvals"],
            route => Assert.Contains($"\"{route}\"", description));
    }

    private async Task PushTwo(string name)
    {
        await Engineer.Push(name, PromptsService.Push("labels", "1.0.0"), Ct);
        await Engineer.Push(name, PromptsService.Push("labels", "1.0.1", "Be kind."), Ct);
    }

    private Task<Result<PromptView>> Move(string name, string version) => service.Releases().MoveLabel(name, "production", new MoveLabel("labels", version, "rel_1"), Ct);

    private static HttpRequestMessage Asking(string path, EntityTagHeaderValue held)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(held);
        return request;
    }
}
