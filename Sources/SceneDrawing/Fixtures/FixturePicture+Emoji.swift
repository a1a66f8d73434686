extension FixturePicture {
    /// A red disc on white.
    static let redCircle = FixturePicture("red-circle.png", "a red circle on white") { sketch in
        sketch.fill(.circle(0, 0, 0.7), 0xDD2E2E)
    }

    /// A round yellow face.
    static let smilingFace = FixturePicture("smiling-face.png", "a yellow smiling face") { sketch in
        sketch.fill(.circle(0.04, 0.03, 0.93), 0xF2A93B)
        sketch.fill(.circle(-0.02, -0.02, 0.92), 0xFFD45C)
        for x in [-0.34, 0.34] { sketch.fill(.ellipse(x, -0.22, 0.11, 0.16), 0x3A3540) }
        let mouth = Outline.arc(Point(0, 0.12), 0.46, 0.44, from: 0.06, to: 0.44)
        sketch.fill(.stroke(mouth, width: 0.11), 0x3A3540)
    }

    /// Three bars.
    static let flag = FixturePicture("flag.png", "a flag of three upright stripes: green, white, red", height: 96) {
        sketch in
        let cloth = Outline.box(-1.14, -0.74, 1.14, 0.74, radius: 0.08)
        sketch.fill(cloth, 0xF4F4F0)
        sketch.fill(.box(-1.14, -0.74, -0.38, 0.74, radius: 0.08).with(.box(-0.7, -0.74, -0.38, 0.74)), 0x2F9E52)
        sketch.fill(.box(0.38, -0.74, 1.14, 0.74, radius: 0.08).with(.box(0.38, -0.74, 0.7, 0.74)), 0xD63B3B)
    }

    /// A key's cap with a digit.
    static let keycap = FixturePicture("keycap-4.png", "a blue keycap with the digit 4") { sketch in
        sketch.fill(.box(-0.92, -0.92, 0.92, 0.92, radius: 0.2), 0x2E7FC4)
        sketch.fill(.box(-0.92, -0.92, 0.92, 0.86, radius: 0.2), 0x4A9CE0)
        sketch.write("4", at: Point(0, -0.02), high: 1.1, weight: 0.2, 0xFFFFFF)
    }
}
