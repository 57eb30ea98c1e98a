using LlmOps.Evaluation;

namespace LlmOps.Tests.Evaluation.Scorers;

public sealed class FormatTests
{
    private const string Schema = "schema={type: object, required: [room], properties: {room: {type: integer, minimum: 1}}}";

    [Theory]
    [InlineData("json", """{"a": [1, null]}""", 1)]
    [InlineData("json", " 5 ", 1)]
    [InlineData("json", "{'a': 1}", 0)]
    [InlineData("json", """{"a": 1,}""", 0)]
    [InlineData("json", """{"a": 1, "a": 2}""", 0)]
    [InlineData("json", """Here: {"a": 1}""", 0)]
    [InlineData("json", "", 0)]
    [InlineData("json:extract=true", "Here [it] is: ```json\n{\"a\": 1}\n```", 1)]
    [InlineData("json:extract=true", "Here {it} is.", 0)]
    [InlineData("json:extract=true", "none", 0)]
    [InlineData("json:" + Schema, """{"room": 7}""", 1)]
    [InlineData("json_schema:" + Schema, """{"room": 0}""", 0)]
    [InlineData("json_schema:" + Schema, """{"rom": 7}""", 0)]
    [InlineData("json_schema:extract=true," + Schema, "You get {\"room\": 7}.", 1)]
    public void Json_is_valid_and_meets_its_schema(string scorer, string output, double expected) => Assert.Equal(expected, Scoring.Score(scorer, output).Value);

    [Fact]
    public void What_misses_the_schema_is_told_with_its_place() =>
        Assert.Contains("/room", Scoring.Score("json_schema:" + Schema, """{"room": 0}""").Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("json_schema", "scorer-incomplete")]
    [InlineData("json_schema:schema={type: objekt}", "bad-schema")]
    [InlineData("json_schema:schema=room.json", "wrong-type")]
    public void A_schema_that_cannot_be_used_is_refused(string scorer, string code) => Assert.Equal(code, Scoring.Code(scorer));

    [Theory]
    [InlineData("<a><b c='1'/>x</a>", 1)]
    [InlineData("<?xml version=\"1.0\"?>\n<a/>", 1)]
    [InlineData("<a><b></a></b>", 0)]
    [InlineData("<a/><b/>", 0)]
    [InlineData("<a>&nbsp;</a>", 0)]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>", 0)]
    [InlineData("text", 0)]
    public void Xml_is_well_formed(string output, double expected) => Assert.Equal(expected, Scoring.Score("xml", output).Value);

    [Fact]
    public void Markup_may_be_taken_out_of_other_text() => Assert.Equal((1, 0), (Scoring.Score("xml:extract=true", "Sure: <a>1</a>.").Value, Scoring.Score("xml", "Sure: <a>1</a>.").Value));

    [Theory]
    [InlineData("<p>One<p>Two <br> <img src=x alt='a > b'>", 1)]
    [InlineData("<ul><li>a<li>b</ul>", 1)]
    [InlineData("<table><tr><td>1<td>2<tr><td>3</table>", 1)]
    [InlineData("<!doctype html><!-- <b> --><html><body><script>if (a < b) x('</b>')</script></body></html>", 1)]
    [InlineData("<P CLASS=x>3 < 4</P>", 1)]
    [InlineData("<b><i>x</b></i>", 0)]
    [InlineData("<div><p>x</div></p>", 0)]
    [InlineData("<div>", 0)]
    [InlineData("<script>x", 0)]
    [InlineData("</br>", 0)]
    [InlineData("<a href=\"x>y</a>", 0)]
    [InlineData("plain text", 0)]
    [InlineData("", 0)]
    public void Html_is_well_formed(string output, double expected) => Assert.Equal(expected, Scoring.Score("html", output).Value);
}
