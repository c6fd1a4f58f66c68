from celery import shared_task

from .models import Order


@shared_task
def finish(name: str) -> None:
    Order.objects.filter(name=name).update(done=True)
