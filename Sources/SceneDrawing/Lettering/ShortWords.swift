/// The words that scenes show: none is the name of a colour or of a kind of object.
package enum ShortWords {
    package static let all = [
        "ANT", "BAG", "BALL", "BEAR", "BEE", "BIRD", "BOOK", "BUS", "CAKE", "CAT", "COAT", "COW", "DESK", "DOG", "DOOR",
        "DRUM", "DUCK", "EGG", "FIRE", "FOX", "FROG", "GOLD", "HEN", "ICE", "JAM", "KITE", "LAMP", "LION", "MAP",
        "MILK",
        "OAK", "OWL", "PEN", "PIE", "PIG", "QUIZ", "RAIN", "RICE", "ROAD", "SALT", "SHIP", "SKY", "SNOW", "TEA", "VAN",
        "WIND", "YES", "ZOO",
    ]
}
