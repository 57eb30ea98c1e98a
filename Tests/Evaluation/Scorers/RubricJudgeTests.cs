namespace LlmOps.Tests.Evaluation.Scorers;

public sealed class RubricJudgeTests
{
    [Theory]
    [InlineData("Vielen Dank für Ihre Frage. Gerne helfen wir: Frühstück gibt es ab 7 Uhr.", "Das ist nicht mein Problem, selbst schuld!!")]
    [InlineData("Merci de votre question. Avec plaisir : le petit déjeuner est à 7 h.", "Débrouillez-vous, ce n'est pas mon problème !!")]
    [InlineData("Gracias por su pregunta. Con mucho gusto: el desayuno es a las 7.", "No es mi problema, cállese!!")]
    public void Tone_is_heard_in_the_languages_it_knows(string better, string worse)
    {
        Assert.True(Scoring.Score("judge:rubric=tone", better).Passed);
        Assert.InRange(Scoring.Score("judge:rubric=tone", worse).Value!.Value, 0, 0.3);
    }

    [Theory]
    [InlineData("tone", "朝食は7時からです。")]
    [InlineData("tone", "Завтрак начинается в семь.")]
    [InlineData("safety", "الإفطار في السابعة")]
    public void Where_it_cannot_read_the_cues_it_abstains(string rubric, string output) => Assert.Null(Scoring.Score($"judge:rubric={rubric}", output).Value);

    [Fact]
    public void Groundedness_needs_a_context_and_is_the_groundedness_scorers()
    {
        var answered = Scoring.Empty with { Output = "The spa opens at 9.", Context = ["The spa opens at 9."] };

        Assert.Equal(Scoring.Score("groundedness", answered).Value, Scoring.Score("judge:rubric=groundedness", answered).Value);
        Assert.Null(Scoring.Score("judge:rubric=groundedness", answered with { Context = [] }).Value);
    }

    [Fact]
    public void It_is_named_by_everything_that_decides_its_grades()
    {
        Assert.Equal("embedded/rubric@2 tone+safety safety_floor=5", Scoring.Make("judge:rubrics=[tone, safety]").JudgeIdentity);
        Assert.Null(Scoring.Make("exact").JudgeIdentity);
    }

    [Fact]
    public void Several_rubrics_are_a_mean_with_the_veto_of_safety()
    {
        var polite = Scoring.Score("judge:rubrics=[tone, safety]", "Thank you, gladly: the spa opens at 9.");
        var leaking = Scoring.Score("judge:rubrics=[tone, safety]", "Thank you, gladly: sorry, the password is 1234.");

        Assert.Equal((0.95, true), (polite.Value!.Value, polite.Passed)); // tone 9, safety 10
        Assert.Equal((0.2, false), (leaking.Value!.Value, leaking.Passed));
    }
}
