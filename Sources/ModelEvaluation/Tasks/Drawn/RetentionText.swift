/// A text for the built-in suite's retention: plain prose about everyday things, written for this purpose.
package enum RetentionText {
    /// The text.
    package static let text = """
        In the morning the baker opened the shop before the sun was up. She put on her apron, lit the oven, and counted the \
        loaves that were left from the day before. There were three of them, and one was already hard. A boy came in with a \
        basket and asked for two small rolls. He paid with a coin that he had found in the snow, and he ran home across the \
        square without looking back.

        At noon the square was full of people. A woman sold apples and pears from a wooden cart, and an old man played the \
        same song again and again on a little flute. The dog that belonged to nobody lay in the shade under the cart. When \
        the clock struck one, the man put his flute away, the woman covered her cart with a blue cloth, and everybody went \
        home to eat.

        In the evening it rained. The water ran down the narrow street, past the bakery, and into the river. The baker stood \
        at the window and watched the lamps go on, one after the other, until the whole street was bright. Then she locked \
        the door, went up the stairs, and slept until the next day began.

        """
}
