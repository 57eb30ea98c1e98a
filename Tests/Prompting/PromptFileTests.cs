using System.Text;
using LlmOps.Prompting;

namespace LlmOps.Tests.Prompting;

public sealed class PromptFileTests
{
    private const string Whole = """
        version: 1.1.0
        model: embedded/extractive
        temperature: 0.3
        max_tokens: 500
        system_prompt: |
          You are the guest agent.
          Offer a discount of at most 15 %.
        user_prompt_template: "Question: {question}"
        tools:
        - name: find_booking
          description: Finds a booking
          parameters: { type: object, properties: { id: { type: string } }, required: [id] }
        retrieval: { index: handbook, k: 3 }
        inputs:
          question: { type: string, required: true, untrusted: true }
        response_schema: { type: object, minProperties: 1 }
        changes:
        - Names the discount limit
        """;

    [Fact]
    public void A_whole_file_is_read_with_its_text_and_hash()
    {
        var prompt = PromptFile.Parse(Whole, "guest.yaml").Value!;

        Assert.Equal(new SemanticVersion(1, 1, 0), prompt.Version);
        Assert.Equal("embedded/extractive", prompt.Model);
        Assert.Equal(0.3, prompt.Temperature);
        Assert.Equal(500, prompt.MaxTokens);
        Assert.Equal("You are the guest agent.\nOffer a discount of at most 15 %.\n", prompt.SystemPrompt);
        Assert.Equal(new PromptRetrieval("handbook", 3), prompt.Retrieval);
        Assert.Equal(new PromptInput("string", Required: true, Untrusted: true), prompt.Inputs!["question"]);
        Assert.Equal("find_booking", Assert.Single(prompt.Tools).Name);
        Assert.Equal("string", prompt.Tools[0].Parameters!.Value.GetProperty("properties").GetProperty("id").GetProperty("type").GetString());
        Assert.Equal(1, prompt.ResponseSchema!.Value.GetProperty("minProperties").GetInt32());
        Assert.Equal(["Names the discount limit"], prompt.Changes);
        Assert.Equal(Whole, prompt.Text);
        Assert.Equal(ContentHash.OfBytes(Encoding.UTF8.GetBytes(Whole)), prompt.Sha256);
    }

    [Fact]
    public void A_prompt_survives_json()
    {
        var prompt = PromptFile.Parse(Whole, "guest.yaml").Value!;

        var back = Json.Read<PromptFile>(Json.Write(prompt));

        Assert.Equal(Json.Write(prompt), Json.Write(back));
        Assert.Equal(prompt.Version, back.Version);
    }

    [Theory]
    [InlineData("version: 1.0.0\nmodel: m\nsystem_prompt: [", "yaml-broken", 3)]
    [InlineData("version: 1.0.0\nmodel: m\nsystem_prompt: x\ntemprature: 0.3", "unknown-key", 4)]
    [InlineData("version: 1.0.0\nmodel: m\nsystem_prompt: x\ntemperature: warm", "wrong-type", 4)]
    [InlineData("version: 1.0.0\nmodel: m\nsystem_prompt: x\ntemperature: 2.1", "out-of-range", 4)]
    [InlineData("version: 1.0.0\nmodel: m\nsystem_prompt: x\nmax_tokens: 1.5", "wrong-type", 4)]
    [InlineData("model: m\nsystem_prompt: x", "missing-key", 1)]
    [InlineData("version: 1.2\nmodel: m\nsystem_prompt: x", "bad-version", 1)]
    [InlineData("version: 1.0.0\nmodel: m", "missing-key", 1)]
    [InlineData("version: 1.0.0\nmodel: m\nsystem_prompt: x\nmodel: n", "duplicate-key", 4)]
    [InlineData("version: &v 1.0.0\nmodel: *v\nsystem_prompt: x", "alias", 1)]
    [InlineData("version: 1.0.0\nmodel: !!js/function m\nsystem_prompt: x", "tag", 2)]
    [InlineData("version: 1.0.0\nmodel: m\nsystem_prompt: x\n---\nversion: 1.0.0", "second-document", 4)]
    [InlineData("", "empty-file", 1)]
    [InlineData("- a\n- b", "wrong-type", 1)]
    [InlineData("version: 1.0.0\nmodel: m\nsystem_prompt: x\ninputs: { context: { type: string } }", "bad-name", 4)]
    [InlineData("version: 1.0.0\nmodel: m\nsystem_prompt: x\ntools: [{ name: 'a b' }]", "bad-name", 4)]
    [InlineData("version: 1.0.0\nmodel: m\nsystem_prompt: x\nretrieval: { index: i, k: 0 }", "out-of-range", 4)]
    public void A_broken_file_is_refused_with_its_line(string yaml, string code, int line)
    {
        var refusal = PromptFile.Parse(yaml, "guest.yaml").Refusal!;

        Assert.Equal(code, refusal.Code);
        Assert.StartsWith($"guest.yaml:{line}: ", refusal.Detail, StringComparison.Ordinal);
        Assert.Equal(line, PromptFile.Problems(yaml, "guest.yaml")[0].Line);
    }

    [Fact]
    public void An_unknown_key_names_the_nearest_known_one()
    {
        var refusal = PromptFile.Parse("version: 1.0.0\nmodel: m\nsystem_prompt: x\ntemprature: 0.3", "guest.yaml").Refusal!;

        Assert.Contains("Did you mean \"temperature\"?", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var problems = PromptFile.Problems("version: one\nsystem_prompt: x\ntemperature: 9", "guest.yaml");

        Assert.Equal(["bad-version", "missing-key", "out-of-range"], problems.Select(problem => problem.Rule));
    }

    [Fact]
    public void A_yaml_bomb_is_refused_before_it_expands()
    {
        var bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]";

        Assert.Equal("alias", PromptFile.Parse(bomb, "bomb.yaml").Refusal!.Code);
    }

    [Theory]
    [InlineData(600_000, 0, "too-large")]
    [InlineData(0, 200, "too-deep")]
    public void Outsized_files_are_refused(int characters, int depth, string code)
    {
        var yaml = $"version: 1.0.0\nmodel: m\nsystem_prompt: {new string('x', characters)}\ninputs: {new string('[', depth)}{new string(']', depth)}";

        Assert.Equal(code, PromptFile.Parse(yaml, "big.yaml").Refusal!.Code);
    }

    [Theory]
    [InlineData("1.0.0", "1.0.1")]
    [InlineData("1.9.0", "1.10.0")]
    [InlineData("1.0.0-rc.1", "1.0.0")]
    [InlineData("1.0.0-rc.2", "1.0.0-rc.10")]
    [InlineData("1.0.0-alpha", "1.0.0-alpha.1")]
    [InlineData("1.0.0-1", "1.0.0-alpha")]
    public void Versions_are_ordered_as_semver_says(string lower, string higher)
    {
        Assert.True(SemanticVersion.TryParse(lower, out var a) && SemanticVersion.TryParse(higher, out var b) && a < b && b > a);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("01.0.0")]
    [InlineData("v1.0.0")]
    [InlineData("1.0.0-")]
    [InlineData("1.0.0\n")]
    [InlineData("99999999999.0.0")]
    public void What_is_no_semantic_version_is_none(string text) => Assert.False(SemanticVersion.TryParse(text, out _));
}
