using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LlmOps.Gateway;

namespace LlmOps.Tests.Gateway;

public sealed class AssignmentTests
{
    private static readonly string[] Units = [.. Enumerable.Range(0, 100_000).Select(i => $"guest-{i}")];

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(25)]
    [InlineData(50)]
    public void A_hundred_thousand_units_split_within_half_a_point_of_the_percentage(double percent)
    {
        var canary = Units.Count(unit => ArmOf(Canary(percent), unit) == Arm.Canary);

        Assert.InRange(canary * 100.0 / Units.Length, percent - 0.5, percent + 0.5);
    }

    [Fact]
    public void A_unit_stays_on_its_arm_and_raising_the_percentage_only_adds()
    {
        var ladder = new double[] { 0, 1, 5, 25, 50, 100 }.Select(percent => Units.Where(unit => ArmOf(Canary(percent), unit) == Arm.Canary).ToHashSet()).ToList();

        Assert.Empty(ladder[0]);
        Assert.Equal(Units.Length, ladder[^1].Count);
        Assert.All(ladder.Zip(ladder.Skip(1)), step => Assert.Subset(step.Second, step.First));
    }

    [Fact]
    public void The_position_is_the_first_eight_bytes_of_the_salted_hash()
    {
        var expected = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("rel_1\0guest-7"))) / Math.Pow(2, 64);

        Assert.Equal(expected, Assignment.Position("rel_1", "guest-7"), tolerance: 1e-15);
    }

    [Fact]
    public void Another_release_draws_its_units_anew()
    {
        var first = Units.Where(unit => Assignment.Position("rel_1", unit) < 0.1).ToHashSet();

        var again = first.Count(unit => Assignment.Position("rel_2", unit) < 0.1);

        Assert.InRange(again / (double)first.Count, 0.08, 0.12);
    }

    [Theory]
    [InlineData("request", 0.09, Arm.Canary)]
    [InlineData("request", 0.10, Arm.Stable)]
    [InlineData("stable", 0.00, Arm.Stable)]
    public void A_call_without_a_unit_gets_what_the_route_says(string noUnit, double draw, Arm arm)
    {
        var route = Canary(10) with { NoUnit = noUnit };

        Assert.Equal(arm, Assignment.Of(route, unit: null, draw).Value!.Arm);
    }

    [Fact]
    public void The_control_arm_carries_the_release_and_rung_of_the_canary_beside_it()
    {
        var control = Assignment.Of(Canary(0) with { Shadow = new("rel_2", "b_shadow") }, "guest", 0).Value!;

        Assert.Equal((Arm.Stable, "rel_1", 2, "b_stable"), (control.Arm, control.Release, control.Step, control.Bundle));
    }

    [Fact]
    public void The_control_arm_of_a_shadow_is_on_the_rung_before_the_first()
    {
        var control = Assignment.Of(Canary(0) with { Canary = null, Shadow = new("rel_2", "b_shadow") }, "guest", 0).Value!;

        Assert.Equal(("rel_2", -1), (control.Release, control.Step));
    }

    [Fact]
    public void A_killed_route_gives_nothing_to_canary_and_shadow()
    {
        var killed = Assignment.Of(Canary(100) with { Killed = true, Shadow = new("rel_2", "b_shadow") }, "guest", 0).Value!;

        Assert.Equal(new Assignment("hotel", "guest", Arm.Stable, null, null, "b_stable", null), killed);
    }

    [Fact]
    public void A_route_without_anything_live_refuses()
    {
        Assert.Equal("nothing-live", Assignment.Of(Canary(0) with { Stable = null }, "guest", 0).Refusal?.Code);
    }

    private static Arm ArmOf(RouteEntry route, string unit) => Assignment.Of(route, unit, draw: 0).Value!.Arm;

    private static RouteEntry Canary(double percent) => new("hotel", "guest", "b_stable", null, new("rel_1", "b_canary", percent, Step: 2), null, "request", Killed: false);
}
