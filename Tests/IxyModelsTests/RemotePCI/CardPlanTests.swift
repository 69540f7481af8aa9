import Testing

@testable import IxyModels

@Suite struct CardPlanTests {
    @Test func aCardIsWhatItSays() throws {
        let plan = try CardPlan(parsing: "82599,tap=tap0,mac=02:00:00:00:00:07,lossless")
        #expect(plan.end == .tap("tap0"))
        #expect(plan.macAddress?.description == "02:00:00:00:00:07")
        #expect(plan.isLossless)
        #expect(try CardPlan(parsing: "82599").end == nil)
        #expect(try CardPlan(parsing: "82599vf,wire=a").isVirtual && !plan.isVirtual)
        #expect(try CardPlan(parsing: "82599,out=b.pcap").end == .files(input: nil, output: "b.pcap"))
        #expect(try CardPlan(parsing: "82599,local=/a,remote=/b").end == .socket(local: "/a", remote: "/b"))
    }

    @Test(arguments: [
        "", "82598", "82599,", "82599,wire", "82599,wire=", "82599,lossless=1", "82599,tap=a,wire=b", "82599,local=/a",
        "82599,mac=1", "82599,mac=01:00:00:00:00:01", "82599,wire=a,wire=a", "82599,unplug-after=0", "82599,speed=1",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(throws: CardPlan.Mistake.self) { _ = try CardPlan(parsing: text) }
    }
}
