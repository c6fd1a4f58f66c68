from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static

from .models import Order
from .tasks import finish


def index(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"app": "django", "style": static("style.css"), "orders": Order.objects.count()})


def order(request: HttpRequest, name: str) -> JsonResponse:
    made, created = Order.objects.get_or_create(name=name)
    if created:
        finish.delay(name)
    return JsonResponse({"done": made.done})
