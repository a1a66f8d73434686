/// The six disciplines that MMMU's thirty subjects belong to.
enum MMMUDisciplines {
    private static let subjects: [(name: String, subjects: Set<String>)] = [
        ("Art and Design", ["Art", "Art_Theory", "Design", "Music"]),
        ("Business", ["Accounting", "Economics", "Finance", "Manage", "Marketing"]),
        ("Science", ["Biology", "Chemistry", "Geography", "Math", "Physics"]),
        (
            "Health and Medicine",
            [
                "Basic_Medical_Science", "Clinical_Medicine", "Diagnostics_and_Laboratory_Medicine", "Pharmacy",
                "Public_Health",
            ]
        ),
        ("Humanities and Social Science", ["History", "Literature", "Psychology", "Sociology"]),
        (
            "Tech and Engineering",
            [
                "Agriculture", "Architecture_and_Engineering", "Computer_Science", "Electronics", "Energy_and_Power",
                "Materials", "Mechanical_Engineering",
            ]
        ),
    ]

    /// The discipline of a subject; of one that MMMU does not have, `other`.
    static func name(of subject: String) -> String {
        subjects.first { $0.subjects.contains(subject) }?.name ?? "other"
    }
}
