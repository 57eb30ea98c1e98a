using LlmOps.Prompting;

namespace LlmOps.Tests.Prompting;

public sealed class LintTests
{
    private const string Policy = """
        alpha: 0.05
        gates: []
        lint:
        - { id: discount-limit, limit: { near: discount, max: 15, unit: "%" }, unless_same_sentence: "manager approval" }
        """;

    private static IReadOnlyList<Finding> Check(string system, string policy = Policy, string rest = "") => Lint.Check(
        PromptFile.Parse($"version: 1.2.0\nmodel: m\nsystem_prompt: |\n{string.Join('\n', system.Split('\n').Select(line => "  " + line))}\n{rest}", "guest.yaml").Value!,
        LintRules.Parse(policy).Value!);

    /// <summary>E32: 1.0.0 says never above 15 % without approval, 1.1.0 of the source allows 20 % with none.</summary>
    [Fact]
    public void The_published_twenty_percent_prompt_is_stopped_with_its_line()
    {
        Assert.Empty(Check("You are the guest agent.\nNever offer a discount above 15 % without manager approval."));

        var finding = Assert.Single(Check("You are the guest agent.\nTo keep a guest, you may offer a discount of up to 20 % at once."));

        Assert.Equal(("guest.yaml", 5, "discount-limit", FindingLevel.Error), (finding.File, finding.Line, finding.Rule, finding.Level));
        Assert.Contains("20 %", finding.Message, StringComparison.Ordinal);
        Assert.Contains("15 %", finding.Message, StringComparison.Ordinal);
        Assert.Contains("manager approval", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Discounts of 20 % need manager approval.", false)]
    [InlineData("Offer a 20 % discount without manager approval.", true)]
    [InlineData("A discount of 20 percent needs no manager approval.", true)]
    [InlineData("Never offer a 20 % discount.", false)]
    [InlineData("Never offer a 20 % discount without manager approval.", false)]
    [InlineData("Never offer a discount above 20 % without manager approval.", true)]
    [InlineData("Do not hesitate to offer a 20 % discount.", true)]
    [InlineData("Offer a discount of twenty percent.", true)]
    [InlineData("Offer a discount of twenty-five per cent.", true)]
    [InlineData("Offer a discount of 15 %.", false)]
    [InlineData("Offer a discount of 15.5%.", true)]
    [InlineData("The city tax is 20 %. Discounts need a reason.", false)]
    [InlineData("- City tax: 20 %\n- Discount: 10 %", false)]
    [InlineData("Offer a discount that goes\nup to 30 % where it helps.", true)]
    [InlineData("Offer a discount of 20 %. Larger ones need manager approval.", true)]
    public void A_limit_is_read_sentence_by_sentence(string text, bool found) =>
        Assert.Equal(found, Check(text).Any(finding => finding.Rule == "discount-limit"));

    [Fact]
    public void Tools_and_user_templates_are_read_too()
    {
        var findings = Check("Be kind.", rest: "user_prompt_template: Offer a discount of 50 %.\ntools: [{ name: t, description: Grants a discount of 40 %. }]");

        Assert.Equal(2, findings.Count(finding => finding.Rule == "discount-limit"));
    }

    [Fact]
    public void Required_and_forbidden_phrases_are_checked()
    {
        const string policy = """
            lint:
            - { id: say-language, require: "language of the guest", level: warning }
            - { id: no-competitors, forbid: "/Hotel (Ritz|Astoria)/", why: Legal asked for it }
            """;

        var findings = Check("Be kind.\nWe are better than hotel ritz.", policy);

        Assert.Equal([("say-language", FindingLevel.Warning, 3), ("no-competitors", FindingLevel.Error, 5)],
            findings.Select(finding => (finding.Rule, finding.Level, finding.Line!.Value)));
        Assert.Contains("Legal asked for it.", findings[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sk-abcdefghijklmnopqrstuvwx1234")]
    [InlineData("AKIAABCDEFGHIJKLMNOP")]
    [InlineData("password: hunter2hunter2")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----")]
    public void A_secret_is_found_and_not_repeated(string secret)
    {
        var finding = Assert.Single(Check($"Use {secret} for calls."), finding => finding.Rule == "secret");

        Assert.Equal(4, finding.Line);
        Assert.DoesNotContain(secret, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_untrusted_input_in_the_system_prompt_is_found()
    {
        var finding = Assert.Single(Check("Be kind.\nAnswer {question}.", rest: "inputs: { question: { untrusted: true } }"));

        Assert.Equal(("untrusted-in-system", 5), (finding.Rule, finding.Line));
    }

    [Fact]
    public void What_only_looks_like_a_placeholder_is_warned_about_with_the_nearest_name()
    {
        var findings = Check("Answer {qestion} and {{ question }}.", rest: "user_prompt_template: '{question}'\ninputs: { question: {} }");

        Assert.Equal(["unknown-placeholder", "unknown-placeholder"], findings.Select(finding => finding.Rule));
        Assert.Contains("Did you mean \"question\"?", findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invisible_characters_and_tiny_answers_are_found()
    {
        var findings = Check("Be k\u202Eind.", rest: "max_tokens: 5");

        Assert.Equal(["hidden-character", "max-tokens"], findings.Select(finding => finding.Rule));
        Assert.Contains("U+202E", findings[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lint: [{ id: a }]", "bad-rule")]
    [InlineData("lint: [{ id: a, forbid: '/(?=x)y/' }]", "bad-pattern")]
    [InlineData("lint: [{ id: a, limit: { near: x, unit: '%' } }]", "missing-key")]
    [InlineData("lint: [{ id: a, forbid: x, unles_same_sentence: y }]", "unknown-key")]
    public void A_broken_rule_is_refused(string policy, string code) => Assert.Equal(code, LintRules.Parse(policy).Refusal!.Code);

    [Fact]
    public void A_policy_without_lint_has_no_rules() => Assert.Empty(LintRules.Parse("alpha: 0.05").Value!.Rules);
}
