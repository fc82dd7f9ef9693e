"""The words that hold an Indonesian sentence together and tell nothing of what it is about.

PostgreSQL comes without such a list. Left out of it is what means something in the name of a Quick
Win: *baru*, *banyak*, *langsung*.
"""

_WORDS = """
    ada adalah agar akan antar antara apa atas atau bagai bagi bahwa belum bila bisa bukan dalam dan
    dapat dari dengan di guna hanya harus hingga ia ini itu jadi jika juga karena ke kemudian kepada
    lagi lain lalu lebih maka masih masing maupun melalui menjadi mereka namun oleh pada para per
    perlu pernah pun punya saat saja sama sampai sangat satu sebab sebagai sebelum secara sedang
    sehingga sejak selama seluruh semua seperti sering serta setelah setiap sudah supaya tanpa tapi
    telah tentang tetap tetapi tiap tidak untuk yaitu yakni yang
"""
STOP_WORDS = frozenset(_WORDS.split())
