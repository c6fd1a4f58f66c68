from django.db import models


class Order(models.Model):
    name = models.TextField(unique=True)
    done = models.BooleanField(default=False)
