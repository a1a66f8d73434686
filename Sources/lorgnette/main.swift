print("lorgnette")
