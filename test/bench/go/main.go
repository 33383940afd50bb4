// A mutating webhook as one is usually written in Go: typed decode, change, marshal, diff against the raw object.
//
// The steps are those of a controller-runtime defaulter without its logging, metrics and copies, which would only
// make it slower. Arguments: port, certificate file, key file, JSON file with the variables and the annotation's key.
package main

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"

	"gomodules.xyz/jsonpatch/v2"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

type additions struct {
	Variables     []corev1.EnvVar `json:"variables"`
	AnnotationKey string          `json:"annotationKey"`
}

var (
	scheme = runtime.NewScheme()
	codecs = serializer.NewCodecFactory(scheme)
)

func main() {
	utilruntime.Must(corev1.AddToScheme(scheme))
	utilruntime.Must(admissionv1.AddToScheme(scheme))
	port, cert, key := os.Args[1], os.Args[2], os.Args[3]
	text, err := os.ReadFile(os.Args[4])
	utilruntime.Must(err)
	var add additions
	utilruntime.Must(json.Unmarshal(text, &add))

	http.HandleFunc("POST /mutate-pods", func(w http.ResponseWriter, r *http.Request) {
		body, err := add.answer(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
	log.Fatal(http.ListenAndServeTLS("127.0.0.1:"+port, cert, key, nil))
}

func (add additions) answer(body io.Reader) ([]byte, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	var review admissionv1.AdmissionReview
	if _, _, err := codecs.UniversalDeserializer().Decode(text, nil, &review); err != nil {
		return nil, err
	}
	patch, err := add.patch(review.Request.Object.Raw)
	if err != nil {
		return nil, err
	}
	patchType := admissionv1.PatchTypeJSONPatch
	review.Response = &admissionv1.AdmissionResponse{
		UID: review.Request.UID, Allowed: true, Patch: patch, PatchType: &patchType,
	}
	review.Request = nil
	return json.Marshal(review)
}

func (add additions) patch(raw []byte) ([]byte, error) {
	var pod corev1.Pod
	if _, _, err := codecs.UniversalDeserializer().Decode(raw, nil, &pod); err != nil {
		return nil, err
	}
	if err := add.mutate(&pod); err != nil {
		return nil, err
	}
	changed, err := json.Marshal(&pod)
	if err != nil {
		return nil, err
	}
	operations, err := jsonpatch.CreatePatch(raw, changed)
	if err != nil {
		return nil, err
	}
	return json.Marshal(operations)
}

func (add additions) mutate(pod *corev1.Pod) error {
	chosen := map[string]map[string]string{}
	for i := range pod.Spec.Containers {
		container := &pod.Spec.Containers[i]
		for _, variable := range add.Variables {
			if !has(container.Env, variable.Name) {
				container.Env = append(container.Env, variable)
			}
		}
		chosen[container.Name] = map[string]string{"protocol": "http/protobuf", "endpoint": "service"}
	}
	annotation, err := json.Marshal(map[string]any{"version": "0.1.0", "config": "00000000", "containers": chosen})
	if err != nil {
		return err
	}
	if pod.Annotations == nil {
		pod.Annotations = map[string]string{}
	}
	pod.Annotations[add.AnnotationKey] = string(annotation)
	return nil
}

func has(env []corev1.EnvVar, name string) bool {
	for i := range env {
		if env[i].Name == name {
			return true
		}
	}
	return false
}
